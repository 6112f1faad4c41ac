using System.Globalization;
using System.Text.RegularExpressions;

namespace Headway.Server.Specs.Imports;

/// <summary>Times such as `1m30s`, `90` (seconds) or `PT1M`, in ours.</summary>
internal static partial class ForeignTime
{
    [GeneratedRegex(@"^(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Parts { get; }

    public static string? Of(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) 
            return Quantity.Show(TimeSpan.FromSeconds(seconds));
        if (Parts.Match(text) is not { Success: true, Length: > 0 } match) return null;
        int Part(int group) => match.Groups[group].Success
            ? int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;
        return Quantity.Show(new TimeSpan(Part(1), Part(2), Part(3)));
    }
}

using System.Text.RegularExpressions;
using Headway.Server.Telemetry.Origins;

namespace Headway.Server.Telemetry.Series;

/// <summary>A selector, made ready to be asked of many series.</summary>
internal sealed class SeriesMatching
{
    public const string Name = "__name__";
    private static readonly TimeSpan RegexLimit = TimeSpan.FromSeconds(1);
    private readonly List<(string Name, Func<string, bool> Fits)> _conditions = [];
    private readonly List<Func<string, bool>> _names = [];

    public SeriesMatching(IReadOnlyList<LabelMatcher> matchers)
    {
        foreach (var matcher in matchers)
            if (matcher.Name == Name) _names.Add(Condition(matcher));
            else _conditions.Add((matcher.Name, Condition(matcher)));
    }

    public bool FitsName(string name) => _names.TrueForAll(fits => fits(name));

    /// <summary>False when the origin's labels say so already; true leaves the rest to be asked.</summary>
    public bool MayFit(Label[] origin)
    {
        foreach (var (name, fits) in _conditions)
            if (Find(origin, name) is { } value && !fits(value)) return false;
        return true;
    }

    public bool Fits(Label[] origin, Label[] own, (string Name, string Value) extra)
    {
        foreach (var (name, fits) in _conditions)
        {
            var value = extra.Name == name && name.Length > 0 ? extra.Value
                : Find(origin, name) ?? Find(own, name) ?? "";
            if (!fits(value)) return false;
        }
        return true;
    }

    private static string? Find(Label[] labels, string name)
    {
        foreach (var label in labels)
            if (label.Name == name) return label.Value;
        return null;
    }

    private static Func<string, bool> Condition(LabelMatcher matcher)
    {
        var value = matcher.Value;
        if (matcher.Kind == MatchKind.Equal) return text => text == value;
        if (matcher.Kind == MatchKind.NotEqual) return text => text != value;
        var regex = new Regex($"^(?:{value})$", RegexOptions.CultureInvariant | RegexOptions.Singleline, RegexLimit);
        return matcher.Kind == MatchKind.Matches ? regex.IsMatch : text => !regex.IsMatch(text);
    }
}

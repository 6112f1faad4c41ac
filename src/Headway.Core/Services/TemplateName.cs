using System.Globalization;

namespace Headway.Core.Services;

/// <summary>`NAME@VERSION`, where the version may leave out its last numbers: `@2` is the newest 2.x.y.</summary>
public static class TemplateName
{
    private const int Numbers = 3;

    /// <summary>The version's numbers, one to three of them; null when it is none.</summary>
    public static int[]? VersionOf(string text)
    {
        var parts = text.Split('.');
        if (parts.Length > Numbers) return null;
        var numbers = new int[parts.Length];
        for (var at = 0; at < parts.Length; at++)
            if (parts[at].Length is 0 or > 6
                || !int.TryParse(parts[at], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[at]))
                return null;
        return numbers;
    }

    public static bool IsFull(string version) => VersionOf(version) is { Length: Numbers };

    /// <summary>Whether a full version is one that the pinned version means.</summary>
    public static bool Means(string pinned, string version) =>
        VersionOf(pinned) is { } pin && VersionOf(version) is { } full && full.Take(pin.Length).SequenceEqual(pin);

    /// <summary>Whether a template that was used, by full name, is the one that is asked for.</summary>
    public static bool IsOf(string used, string asked) =>
        used.Split('@') is [var name, var version] && asked.Split('@') is [var wanted, var pinned]
            && name == wanted && Means(pinned, version);

    public static readonly Comparison<string> Order = (a, b) =>
        (VersionOf(a) ?? []).Zip(VersionOf(b) ?? []).Select(pair => pair.First.CompareTo(pair.Second))
            .FirstOrDefault(difference => difference != 0);
}

using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Headway.Server.Specs.Imports;

/// <summary>A query with the placeholders of another tool, in ours.</summary>
internal static partial class ForeignQuery
{
    [GeneratedRegex(@"\{\{\s*\.?([A-Za-z0-9_.\-]+)\s*\}\}|\$\{([A-Za-z0-9_.\-]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder { get; }

    private static readonly string[] Releases = ["hash", "release", "version", "revision"];

    [GeneratedRegex(@"\$(release|side|commit)\b", RegexOptions.CultureInvariant)]
    private static partial Regex OneSide { get; }

    /// <summary>On one line; `values` says what a name stands for, or null when it is not known.</summary>
    public static (string Query, ImmutableArray<string> Unknown) Of(string query, Func<string, string?> values)
    {
        var unknown = new List<string>();
        var made = Placeholder.Replace(query, match =>
        {
            var name = match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value;
            if (values(name) is { } value) return value;
            unknown.Add(name);
            return match.Value;
        });
        return (string.Join(' ', made.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), [.. unknown]);
    }

    /// <summary>Why the query cannot be asked for one release, and what to do about it; null when it can.</summary>
    public static string? Problem(string query, ImmutableArray<string> unknown) =>
        !unknown.IsEmpty ? $"it is not known what {string.Join(", ", unknown.Select(name => $"`{name}`"))} stands for; "
            + "write it out, or use `$release`, `$side`, `$service` or `$environment`"
        : OneSide.IsMatch(query) ? null
        : "it covers the whole service and cannot tell the candidate from stable; add the label that does, for "
            + "example `release_id=\"$release\"`";

    /// <summary>
    /// A name that means the release, the side, the service or the environment in most teams' templates; `scope` is
    /// Kayenta's word for a release's group of instances.
    /// </summary>
    public static string? Usual(string name)
    {
        var plain = name.ToLowerInvariant();
        if (plain is "scope" || Releases.Any(plain.Contains)) return "$release";
        if (plain.Contains("subset") || plain.Contains("track") || plain.Contains("side")) return "$side";
        if (plain.Contains("service") || plain.Contains("target") || plain.Contains("app") || plain is "name")
            return "$service";
        return plain.Contains("namespace") || plain.Contains("environment") || plain is "env" or "location"
            ? "$environment" : null;
    }
}

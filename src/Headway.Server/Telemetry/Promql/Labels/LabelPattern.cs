using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Headway.Server.Telemetry.Promql.Labels;

/// <summary>
/// The pattern of a matcher such as `code=~"5.."`: anchored at both ends, and matched in time that grows with the length
/// of the value only, whatever the pattern. Patterns that are lists of words need no automaton.
/// </summary>
public sealed class LabelPattern
{
    private const int MostKept = 1_000;
    private static readonly ConcurrentDictionary<string, LabelPattern> Kept = new();

    private static readonly System.Buffers.SearchValues<char> Special =
        System.Buffers.SearchValues.Create(@"\.+*?()[]{}^$");

    private readonly HashSet<string>? _words;
    private readonly Regex? _regex;

    private LabelPattern(string pattern)
    {
        if (pattern is ".*" or ".+") return;
        if (pattern.AsSpan().IndexOfAny(Special) < 0) _words = [.. pattern.Split('|')];
        else _regex = Compile(pattern);
    }

    /// <exception cref="ArgumentException">The pattern cannot be read; the message says why.</exception>
    public static LabelPattern Of(string pattern)
    {
        if (Kept.TryGetValue(pattern, out var known)) return known;
        var made = new LabelPattern(pattern) { Text = pattern };
        if (Kept.Count >= MostKept) Kept.Clear();
        return Kept[pattern] = made;
    }

    public required string Text { get; init; }

    public static Regex Compile(string pattern)
    {
        try
        {
            return new($@"\A(?:{RegexSyntax.Translate(pattern)})\z",
                RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is NotSupportedException or OverflowException or FormatException)
        {
            throw new ArgumentException(e.Message, e);
        }
    }

    public bool Fits(string value) =>
        _words is not null ? _words.Contains(value)
        : _regex is not null ? _regex.IsMatch(value)
        : value.AsSpan().IndexOf('\n') < 0 && (Text == ".*" || value.Length > 0);
}

namespace Headway.Server.Telemetry.Promql.Labels;

/// <summary>
/// How often parts of a pattern are repeated by counts such as `{3}`, those within each other multiplied. The automaton
/// grows with that, so more than a thousand is refused, as RE2 does.
/// </summary>
internal sealed class RepeatCount
{
    private const int Most = 1_000;
    private readonly Stack<int> _groups = new([1]);
    private int _last = 1;

    /// <summary>Called for every place of the pattern where something begins.</summary>
    public void See(string pattern, int at)
    {
        switch (pattern[at])
        {
            case '(':
                _groups.Push(1);
                break;
            case ')' when _groups.Count > 1:
                _last = _groups.Pop();
                Note();
                break;
            case '{' when Count(pattern, at) is { } count:
                if (count > Most || _last * count > Most)
                    throw new ArgumentException($"invalid repeat count: `{pattern[at..(pattern.IndexOf('}', at) + 1)]}`");
                _last *= Math.Max(count, 1);
                Note();
                break;
            case '*' or '+' or '?':
                break;
            default:
                _last = 1;
                break;
        }
    }

    private void Note() => _groups.Push(Math.Max(_groups.Pop(), _last));

    private static int? Count(string pattern, int at)
    {
        var end = pattern.IndexOf('}', at);
        if (end < 0) return null;
        var most = 0;
        foreach (var part in pattern[(at + 1)..end].Split(','))
        {
            if (part.Length == 0 && most > 0) continue;
            if (part.Length == 0 || !part.All(char.IsAsciiDigit)) return null;
            most = Math.Max(most, part.Length > 6 ? Most + 1 : int.Parse(part));
        }
        return most;
    }
}

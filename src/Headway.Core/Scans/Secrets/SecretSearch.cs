using System.Collections.Immutable;

namespace Headway.Core.Scans.Secrets;

/// <summary>
/// Looks for secrets in the added lines of a change, given one by one in order. Lines are looked at up to a length, and
/// what was left out is told.
/// </summary>
public sealed class SecretSearch(ImmutableDictionary<string, string> allowed)
{
    public const int LongestLine = 64 * 1024;
    public const int Most = 100;
    private const string AllowWord = "headway:allow-secret";
    private const int LeastReason = 5;
    private readonly PrivateKeys keys = new();
    private readonly HashSet<(string, int, string)> seen = [];
    private string path = "";
    private int last;

    public ImmutableArray<SecretFound>.Builder Found { get; } = ImmutableArray.CreateBuilder<SecretFound>();
    public ImmutableArray<SecretFound>.Builder Allowed { get; } = ImmutableArray.CreateBuilder<SecretFound>();
    public long Lines { get; private set; }

    /// <summary>The list is at its limit; there may be more.</summary>
    public bool IsFull => Found.Count + Allowed.Count >= Most;

    public void File(string name)
    {
        path = name;
        last = 0;
        keys.Cut();
    }

    public void Line(string text, int number)
    {
        Lines++;
        if (number != last + 1) keys.Cut();
        last = number;
        if (keys.Next(text, number) is { } heading) Add("a private key", heading, "", keys.Body, text);
        if (IsFull) return;
        if (!text.AsSpan().ContainsAny(SecretPatterns.AnyHint)) return;
        foreach (var pattern in SecretPatterns.All)
            if (pattern.Hints.Any(hint => text.Contains(hint, StringComparison.OrdinalIgnoreCase)))
                Look(pattern, text, number);
    }

    private void Look(SecretPattern pattern, string text, int number)
    {
        foreach (System.Text.RegularExpressions.Match match in pattern.Pattern.Matches(text))
        {
            var value = match.Groups["v"] is { Success: true } group ? group : match;
            if (pattern.IsReal(new(text, value.Index, value.Value, path)))
                Add(pattern.Kind, number, SecretFingerprint.Shown(value.Value), value.Value, text);
        }
    }

    private void Add(string kind, int number, string shown, string value, string text)
    {
        // A token of a known form that is given to a variable called `token` is one secret.
        if (IsFull || !seen.Add((path, number, value))) return;
        var fingerprint = SecretFingerprint.Of(kind, path, value);
        var found = new SecretFound(path, number, kind, shown.Length == 0 ? "its body is not shown" : shown, fingerprint);
        if ((allowed.GetValueOrDefault(fingerprint) ?? Comment(text)) is { } why) Allowed.Add(found with { Why = why });
        else Found.Add(found);
    }

    /// <summary>The reason after `headway:allow-secret` on the same line; without one it allows nothing.</summary>
    private static string? Comment(string text)
    {
        var at = text.IndexOf(AllowWord, StringComparison.Ordinal);
        if (at < 0) return null;
        var reason = text[(at + AllowWord.Length)..].Trim(' ', '\t', ':', '-', '*', '/', '>', '\r', '"', '\'');
        return reason.Length >= LeastReason ? reason[..Math.Min(reason.Length, 200)] : null;
    }
}

using System.Globalization;

namespace Headway.Server.Intent;

/// <param name="By">The author: address when there is one, else the name.</param>
/// <param name="Event">`STREAM@VERSION` of the event that Headway wrote it for; null for a commit of somebody else.</param>
public sealed record StateCommit(string Commit, string By, string Subject, DateTimeOffset At, string? Event)
{
    /// <summary>`git log` in this form gives what <see cref="Of"/> reads.</summary>
    public const string Format = "%H%x1f%an%x1f%ae%x1f%s%x1f%cI%x1f%(trailers:key=Headway-Event,valueonly,separator=%x2C)";

    private const int Fields = 6;

    /// <summary>The rest of the message, where it was asked for.</summary>
    public string? Why { get; init; }

    public string Short => Commit[..8];

    /// <summary>
    /// Paths that somebody else has touched last, of a log with names, the oldest first: with the first of their commits since
    /// Headway's own, and the newest.
    /// </summary>
    public static IEnumerable<(string Path, StateCommit First, StateCommit Newest)> Foreign(string log)
    {
        var found = new Dictionary<string, (StateCommit First, StateCommit Newest)>(StringComparer.Ordinal);
        foreach (var (path, commit) in Touched(log))
            if (commit.Event is null) found[path] = (found.TryGetValue(path, out var known) ? known.First : commit, commit);
            else found.Remove(path);
        return found.Select(each => (each.Key, each.Value.First, each.Value.Newest));
    }

    /// <summary>Each path with each commit that touched it, in the order of a log with names between zeros (`-z`).</summary>
    public static IEnumerable<(string Path, StateCommit Commit)> Touched(string log)
    {
        StateCommit? commit = null;
        foreach (var word in log.Split('\0', StringSplitOptions.RemoveEmptyEntries))
            if (word.Contains('\x1f', StringComparison.Ordinal)) commit = Of(word);
            else if (commit is not null) yield return (word.TrimStart('\n'), commit);
    }

    /// <summary>With the rest of the message behind the form, without what is for machines.</summary>
    public static StateCommit? WithWhy(string text)
    {
        var at = -1;
        for (var field = 0; field < Fields && at < text.Length; field++) at = text.IndexOf('\x1f', at + 1) is var next and >= 0 ? next : text.Length;
        if (at == text.Length || Of(text[..at]) is not { } commit) return null;
        var why = text[(at + 1)..].Split('\n').Where(line => !line.StartsWith("Headway-Event:", StringComparison.Ordinal));
        return commit with { Why = string.Join('\n', why).Trim() is { Length: > 0 } rest ? rest : null };
    }

    public static StateCommit? Of(string line) => line.Split('\x1f') is [var commit, var name, var email, var subject, var at, var decided]
        ? new(commit, email.EndsWith("@headway", StringComparison.Ordinal) || email.Length == 0 ? name : email, subject,
            DateTimeOffset.Parse(at, CultureInfo.InvariantCulture), decided.Length == 0 ? null : decided) : null;
}

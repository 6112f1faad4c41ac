using System.Collections.Immutable;
using System.Globalization;
using Headway.Core.Releases;

namespace Headway.Server.Sources.Triggers;

/// <summary>What a branch would be after a merge, made without a working copy: either a commit, or where it conflicts.</summary>
internal sealed record MergeResult(string? Commit, ImmutableArray<string> Conflicts)
{
    private const int LimitBytes = 4 << 20;

    /// <summary>The same two commits give the same commit, whenever it is made.</summary>
    public static async Task<MergeResult> OfAsync(
        GitMirror mirror, string onto, Commit head, string subject, CancellationToken stop)
    {
        var tree = await TreeAsync(mirror, onto, head.Sha, stop);
        if (!tree.Conflicts.IsEmpty) return tree;
        var at = head.CommittedAt.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
        var variables = new Dictionary<string, string>
        {
            ["GIT_AUTHOR_NAME"] = "Headway", ["GIT_AUTHOR_EMAIL"] = "headway@localhost", ["GIT_AUTHOR_DATE"] = at,
            ["GIT_COMMITTER_NAME"] = "Headway", ["GIT_COMMITTER_EMAIL"] = "headway@localhost",
            ["GIT_COMMITTER_DATE"] = at,
        };
        var made = await mirror.AskAsync(
            ["commit-tree", tree.Commit!, "-p", onto, "-p", head.Sha, "-m", subject], variables, 200, stop);
        return new(made.Trim(), []);
    }

    /// <summary>`TREE NUL`, and after a conflict every file that has one, each with a NUL.</summary>
    private static async Task<MergeResult> TreeAsync(
        GitMirror mirror, string onto, string head, CancellationToken stop)
    {
        var (answer, conflicts) = await mirror.MergeTreeAsync(onto, head, LimitBytes, stop);
        var parts = answer.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return conflicts ? new(null, [.. parts.Skip(1).Distinct()]) : new(parts[0].Trim(), []);
    }
}

using System.Collections.Immutable;
using Headway.Server.Sources;

namespace Headway.Server.Intent;

/// <summary>Reads what others have committed between two commits.</summary>
internal sealed class ForeignReading(GitAsking asking, TreeReading reading)
{
    public Task<StateTree> TreeAsync(StateTree known, string commit, CancellationToken stop) => reading.ReadAsync(known, commit, stop);

    /// <param name="before">Up to where it was looked at.</param>
    /// <param name="known">The tree that is nearest to the new one, to read less.</param>
    public async Task<ForeignCommits> BetweenAsync(StateTree before, StateTree known, string tip, CancellationToken stop)
    {
        var after = await reading.ReadAsync(known, tip, stop);
        var log = await LogAsync(before.Commit is { } from ? $"{from}..{tip}" : tip, stop);
        var own = StateCommit.Touched(log).Where(each => each.Commit.Event is not null).Select(each => each.Path).ToHashSet();
        var files = ImmutableDictionary.CreateBuilder<string, ForeignFile>();
        foreach (var (path, first, newest) in StateCommit.Foreign(log))
            files[path] = new(own.Contains(path) ? await TextAsync($"{first.Commit}^:{path}", stop) : before.Text(path), newest);
        return new(after, files.ToImmutable());
    }

    /// <summary>Whatever the one says otherwise than the other, whoever has committed it.</summary>
    public async Task<ForeignCommits> DifferentAsync(StateTree mine, StateTree theirs, StateTree after, CancellationToken stop)
    {
        var newest = new Dictionary<string, StateCommit>(StringComparer.Ordinal);
        foreach (var (path, commit) in StateCommit.Touched(await LogAsync(theirs.Commit!, stop))) newest[path] = commit;
        var files = ImmutableDictionary.CreateBuilder<string, ForeignFile>();
        foreach (var (path, text) in theirs.Files)
            if (mine.Text(path) is var known && known != text && newest.TryGetValue(path, out var commit)) files[path] = new(known, commit);
        return new(after, files.ToImmutable());
    }

    private Task<string> LogAsync(string range, CancellationToken stop) =>
        asking.AskAsync(stop, "log", "-z", "--reverse", "--name-only", "--no-renames", $"--format={StateCommit.Format}", range);

    /// <summary>Null where there is no such file.</summary>
    private async Task<string?> TextAsync(string name, CancellationToken stop)
    {
        try
        {
            return await asking.AskAsync(stop, "cat-file", "blob", name);
        }
        catch (GitFailedException failed) when (failed.ExitCode == 128)
        {
            return null;
        }
    }
}

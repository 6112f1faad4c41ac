using System.Collections.Immutable;
using Headway.Server.Sources;

namespace Headway.Server.Intent;

/// <param name="Foreign">What others have committed on the way there; null when nothing that is to be obeyed.</param>
internal sealed record Advance(StateTree Head, ForeignCommits? Foreign);

/// <summary>
/// Follows the branch, here or elsewhere, and keeps its history whole: what was rewritten or deleted is put back, and nothing that
/// somebody has committed is thrown away.
/// </summary>
internal sealed class StateHistory(Git git, string folder, StateWriting writing)
{
    private readonly GitAsking _asking = new(git, folder);
    private readonly ForeignReading _foreign = new(new(git, folder), new(git, folder));
    private readonly TreeReading _reading = new(git, folder);
    private bool _looked;
    private string? _seen;

    public StateRemote? Remote { get; private set; }

    public string? Mended { get; private set; }

    public void Begin(string? seen, RemoteSetting? remote)
    {
        _seen = seen;
        KeepAt(remote);
    }

    public void KeepAt(RemoteSetting? remote) => Remote = remote is null ? null : new(git, folder, remote);

    /// <summary>Null when it answers.</summary>
    public async Task<string?> WhyUnreachableAsync(RemoteSetting remote, CancellationToken stop)
    {
        try
        {
            await new StateRemote(git, folder, remote).AskAsync(stop);
            return null;
        }
        catch (RemoteTroubleException trouble)
        {
            return trouble.Message;
        }
    }

    public Task<StateTree> TreeAsync(
        StateTree known, string commit, CancellationToken stop, IReadOnlyDictionary<string, string>? objects = null) =>
        _reading.ReadAsync(known, commit, stop, objects);

    public Task<ImmutableArray<TreeChange>> ChangesAsync(
        StateTree known, string commit, IReadOnlyDictionary<string, string> objects, CancellationToken stop) =>
        _reading.ChangedAsync(known, commit, stop, objects);

    public async Task<Advance> AdvanceAsync(StateTree head, CancellationToken stop)
    {
        var tip = Remote is { } remote ? await remote.TipAsync(head.Commit, stop) : await _asking.TipAsync(stop);
        var advance = Remote is { Setting.IsJoined: false } ? await JoinAsync(head, tip, stop)
            : _looked ? await FollowAsync(head, tip, stop) : await MissedAsync(head, tip, stop);
        _looked = true;
        if (Remote is { Setting.IsJoined: false } joined) joined.Setting = joined.Setting with { IsJoined = true };
        return advance;
    }

    /// <returns>False when somebody else was faster.</returns>
    public async Task<bool> PublishAsync(string commit, string? onto, CancellationToken stop)
    {
        if (Remote is not { } remote) return await writing.MoveAsync(commit, onto, stop);
        if (!await remote.PushAsync(commit, stop)) return false;
        await FollowHereAsync(commit, onto, stop);
        return true;
    }

    private async Task<Advance> FollowAsync(StateTree head, string? tip, CancellationToken stop)
    {
        if (tip == head.Commit) return new(head, null);
        if (tip is null) return await GoneAsync(head, stop);
        if (head.Commit is { } known && !await _asking.IsAncestorAsync(known, tip, stop)) return await RewrittenAsync(head, known, tip, stop);
        return await TakeAsync(head, head, tip, stop);
    }

    /// <summary>The first look: what came while no server looked.</summary>
    private async Task<Advance> MissedAsync(StateTree head, string? tip, CancellationToken stop)
    {
        var seen = _seen is not null && await _asking.HasAsync(_seen, stop) ? _seen : null;
        if (_seen is not null && seen is null && Remote is null)
        {
            Mended = tip is null
                ? "The state repo was gone when the server started. Files of lanes are written anew from the record; others have to be "
                    + "pushed again from a clone."
                : "The state repo was another one when the server started. What it says is in force, except where the record knows better.";
            return new(head, null);
        }
        if (tip is null) return await GoneAsync(head, stop);
        // Elsewhere anything may have happened; the branch here is what was in force.
        var known = Remote is null ? seen : head.Commit;
        var force = Remote is not null ? head : seen is null ? StateTree.Empty : await TreeAsync(head, seen, stop);
        if (known is not null && !await _asking.IsAncestorAsync(known, tip, stop)) return await RewrittenAsync(force, known, tip, stop);
        if (tip == seen) return new(head, null);
        return await TakeAsync(seen is null ? StateTree.Empty : await TreeAsync(head, seen, stop), head, tip, stop);
    }

    private async Task<Advance> TakeAsync(StateTree before, StateTree head, string tip, CancellationToken stop)
    {
        var foreign = await _foreign.BetweenAsync(before, head, tip, stop);
        await FollowHereAsync(tip, head.Commit, stop);
        return new(foreign.After, foreign);
    }

    /// <summary>The branch here follows the one elsewhere; what somebody has put here beside it is kept under a name of its own.</summary>
    private async Task FollowHereAsync(string tip, string? known, CancellationToken stop)
    {
        if (Remote is null) return;
        if (await _asking.TipAsync(stop) is { } stray && stray != known && !await _asking.IsAncestorAsync(stray, tip, stop))
        {
            await writing.SetAsync($"refs/headway/beside/{stray[..12]}", stray, stop);
            Mended = $"{stray[..12]} was put into {folder}, while the state repo is kept at {Remote.Setting.Url}: push it there. It is kept as "
                + $"refs/headway/beside/{stray[..12]}.";
        }
        await writing.SetAsync(StateRepo.Branch, tip, stop);
    }

    /// <summary>The repository or its branch was deleted.</summary>
    private async Task<Advance> GoneAsync(StateTree head, CancellationToken stop)
    {
        if (head.Commit is not { } known) return new(head, null);
        if (Remote is { } remote)
        {
            if (await remote.PushAsync(known, stop))
                Mended = $"{remote.Setting.Branch} of {remote.Setting.Url} was deleted. It was pushed again, with its history.";
            return new(head, null);
        }
        await writing.PrepareAsync(stop);
        var commit = await WriteAsync(null, StateTree.Empty, head, ("Write the state repo anew",
            "It was gone. The files are those in force; their history is in the record."), stop);
        await writing.MoveAsync(commit, null, stop);
        Mended = "The state repo was deleted. Its files were written anew; their history before that is in the record only.";
        return new(head.At(commit), null);
    }

    /// <summary>What is in force stays, and what was rewritten is kept under a name of its own.</summary>
    private async Task<Advance> RewrittenAsync(StateTree force, string known, string tip, CancellationToken stop)
    {
        if (Remote is { } remote) return await RewrittenThereAsync(remote, force, known, tip, stop);
        if (!await _asking.HasAsync(known, stop)) return await ReplacedAsync(force, known, tip, stop);
        await writing.SetAsync($"refs/headway/rewritten/{tip[..12]}", tip, stop);
        await writing.MoveAsync(known, tip, stop);
        Mended = $"The history of the state repo was rewritten to {tip[..12]}. {known[..12]} is in force again; what was pushed is kept "
            + $"as refs/headway/rewritten/{tip[..12]}.";
        return new(force, null);
    }

    /// <summary>It is another repository, without the commits that were known: a commit after theirs says again what is in force.</summary>
    private async Task<Advance> ReplacedAsync(StateTree force, string known, string tip, CancellationToken stop)
    {
        var theirs = await TreeAsync(StateTree.Empty, tip, stop);
        var commit = theirs.HasSameFiles(force) ? tip : await WriteAsync(tip, theirs, force, PutBack(known, tip), stop);
        if (commit != tip && !await writing.MoveAsync(commit, tip, stop)) return new(force, null);
        Mended = $"The state repo was replaced by another one, at {tip[..12]}. What was in force still is.";
        return new(force.At(commit), null);
    }

    private static (string Subject, string Why) PutBack(string known, string tip) => ("Put back what is in force",
        $"The history was rewritten from {known} to {tip}, and not by commits that can be obeyed.");

    /// <summary>Nothing is forced upon a repository that is not ours: a commit after theirs says again what is in force.</summary>
    private async Task<Advance> RewrittenThereAsync(StateRemote remote, StateTree force, string known, string tip, CancellationToken stop)
    {
        if (await _asking.IsAncestorAsync(tip, known, stop))
        {
            await remote.PushAsync(known, stop);
            Mended = $"{remote.Setting.Branch} of {remote.Setting.Url} was set back to {tip[..12]}. What came after was pushed again.";
            return new(force, null);
        }
        await writing.SetAsync($"refs/headway/before/{known[..12]}", known, stop);
        var theirs = await TreeAsync(force, tip, stop);
        var commit = tip;
        if (!theirs.HasSameFiles(force))
        {
            commit = await WriteAsync(tip, theirs, force, PutBack(known, tip), stop);
            if (!await remote.PushAsync(commit, stop)) return new(force, null);
        }
        Mended = $"The history of {remote.Setting.Url} was rewritten to {tip[..12]}. What was in force still is; the history before is kept "
            + $"here as refs/headway/before/{known[..12]}.";
        await writing.SetAsync(StateRepo.Branch, commit, stop);
        return new(force.At(commit), null);
    }

    /// <summary>Makes one history of what is here and what is there: theirs is obeyed, and what they do not have is added.</summary>
    private async Task<Advance> JoinAsync(StateTree head, string? tip, CancellationToken stop)
    {
        var remote = Remote!;
        _looked = true;
        if (tip is null || (head.Commit is { } mine && await _asking.IsAncestorAsync(tip, mine, stop)))
        {
            if (head.Commit is { } known && known != tip && !await remote.PushAsync(known, stop))
                throw new GitFailedException("Somebody else was faster; it is tried again.", 0);
            return new(head, null);
        }
        if (head.Commit is not { } own) return await TakeAsync(head, head, tip, stop);
        if (await _asking.IsAncestorAsync(own, tip, stop)) return await TakeAsync(head, head, tip, stop);
        await writing.SetAsync($"refs/headway/before/{own[..12]}", own, stop);
        var theirs = await TreeAsync(head, tip, stop);
        var both = theirs.With(null, head.Files.Where(file => theirs.Text(file.Key) is null).Select(
            file => KeyValuePair.Create(file.Key, (string?)file.Value)));
        var commit = tip;
        if (!both.HasSameFiles(theirs))
        {
            commit = await WriteAsync(tip, theirs, both, ("Add what was in force before", $"It was kept here, up to {own}."), stop);
            if (!await remote.PushAsync(commit, stop)) throw new GitFailedException("Somebody else was faster; it is tried again.", 0);
        }
        await writing.SetAsync(StateRepo.Branch, commit, stop);
        return new(both.At(commit), await _foreign.DifferentAsync(head, theirs, both.At(commit), stop));
    }

    private async Task<string> WriteAsync(
        string? onto, StateTree from, StateTree to, (string Subject, string Why) says, CancellationToken stop)
    {
        var gone = from.Files.Where(file => to.Text(file.Key) is null).Select(file => KeyValuePair.Create(file.Key, (string?)null));
        var files = to.Files.Select(file => KeyValuePair.Create(file.Key, (string?)file.Value)).Concat(gone);
        var commits = await writing.CommitAsync(onto, [new("headway", says.Subject, says.Why, "state@0", files.ToImmutableDictionary())], stop);
        return commits[0];
    }
}

using System.Collections.Immutable;
using Headway.Server.Sources;

namespace Headway.Server.Intent;

/// <summary>
/// The state repo: a bare git repository in which intent stands as files (release, holds, configuration, policies). One writer,
/// fast-forward only. Who reads takes <see cref="Head"/>, which is whole and never changes, and is told of each new one. It may
/// be kept in a repository elsewhere; then nothing is in force before it is there.
/// </summary>
public sealed class StateRepo : IDisposable
{
    public const string Branch = "refs/heads/main";
    private const int Attempts = 5;
    private readonly SemaphoreSlim _alone = new(1);
    private readonly GitAsking _asking;
    private readonly StateWriting _writing;
    private readonly StateHistory _history;
    private ImmutableArray<Action<StateTree, StateTree>> _told = [];
    private ForeignCommits? _unread;

    public StateRepo(Git git, string folder, TimeProvider time)
    {
        Folder = folder;
        _asking = new(git, folder);
        _writing = new(git, folder, time);
        _history = new(git, folder, _writing);
    }

    public string Folder { get; }

    public StateTree Head { get; private set; } = StateTree.Empty;

    /// <summary>Where it is kept elsewhere, or null.</summary>
    public RemoteSetting? Remote => _history.Remote?.Setting;

    /// <summary>What was wrong with its history last, and what was done about it; or null.</summary>
    public string? Mended => _history.Mended;

    /// <summary>Why the repository elsewhere cannot be asked now, or null.</summary>
    public string? Unreachable { get; private set; }

    public Task OpenAsync(CancellationToken stop) => OpenAsync(null, null, stop);

    /// <summary>Makes the repository where there is none, and reads its head.</summary>
    /// <param name="seen">Up to which commit others' were looked at by a server that has ended meanwhile; null for none.</param>
    public async Task OpenAsync(string? seen, RemoteSetting? remote, CancellationToken stop)
    {
        await _writing.PrepareAsync(stop);
        _history.Begin(seen, remote);
        if (await _asking.TipAsync(stop) is { } tip) Head = await _history.TreeAsync(StateTree.Empty, tip, stop);
    }

    /// <summary>From now on it is kept there; null: here alone. The next look joins the two.</summary>
    public Task KeepAtAsync(RemoteSetting? remote, CancellationToken stop) => AloneAsync(() =>
    {
        _history.KeepAt(remote);
        Unreachable = null;
        return Task.FromResult(true);
    }, stop);

    /// <summary>Null when it answers.</summary>
    public Task<string?> WhyUnreachableAsync(RemoteSetting remote, CancellationToken stop) => _history.WhyUnreachableAsync(remote, stop);

    /// <summary>Told of every new head, with the one before; it must return at once.</summary>
    public void OnChange(Action<StateTree, StateTree> told) =>
        ImmutableInterlocked.Update(ref _told, known => known.Add(told));

    /// <summary>Somebody has changed it, and nobody has looked at that yet.</summary>
    public bool IsUnread(string path) => _unread?.Files.ContainsKey(path) == true;

    public bool HasUnread => _unread is not null;

    /// <summary>Commits, and returns the new head. A change that changes nothing makes no commit.</summary>
    public async Task<StateTree> CommitAsync(StateChange change, CancellationToken stop)
    {
        await CommitAsync([change], stop);
        return Head;
    }

    /// <summary>
    /// One commit for each change, in order, all of them or none; the answers are the commits, or null where a change changes
    /// nothing. Throws <see cref="StateMovedException"/> when somebody else has changed one of the files,
    /// <see cref="RemoteTroubleException"/> and <see cref="GitFailedException"/> when it cannot be written now.
    /// </summary>
    public Task<ImmutableArray<string?>> CommitAsync(IReadOnlyList<StateChange> changes, CancellationToken stop) => AloneAsync(async () =>
    {
        for (var attempt = 1; ; attempt++)
        {
            // Two that were never one history are made one before anything is added.
            if (Remote is { IsJoined: false }) await AdvanceAsync(stop);
            Refuse([.. changes.SelectMany(change => change.Files.Keys).Where(IsUnread)]);
            if (await WriteAsync(changes, stop) is { IsDefault: false } commits) return commits;
            if (attempt == Attempts) throw new GitFailedException("Others commit to the state repo faster than Headway can.", 0);
            await AdvanceAsync(stop);
        }
    }, stop);

    /// <summary>What somebody else has put there since the last look; null when nothing.</summary>
    public Task<ForeignCommits?> LookAsync(CancellationToken stop) => AloneAsync(async () =>
    {
        await AdvanceAsync(stop);
        var unread = _unread;
        _unread = null;
        return unread;
    }, stop);

    /// <summary>The newest commit that touched a file, or null.</summary>
    public async Task<string?> CommitOfAsync(string path, CancellationToken stop) => Head.Commit is { } head
        && (await _asking.AskAsync(stop, "log", "-1", "--format=%H", head, "--", path)).Trim() is { Length: > 0 } commit ? commit : null;

    /// <summary>The newest first.</summary>
    public async Task<ImmutableArray<StateCommit>> LogAsync(string? path, int limit, CancellationToken stop)
    {
        if (Head.Commit is not { } head) return [];
        string[] only = path is null ? [] : ["--", path];
        var log = await _asking.AskAsync(stop, ["log", "-z", $"-{limit}", $"--format={StateCommit.Format}%x1f%b", head, .. only]);
        return [.. log.Split('\0').Select(StateCommit.WithWhy).OfType<StateCommit>()];
    }

    /// <summary>Nobody else writes meanwhile, and <see cref="Head"/> is where the branch is.</summary>
    public Task<T> AcceptAsync<T>(Func<Task<T>> accept, CancellationToken stop) => AloneAsync(async () =>
    {
        await AdvanceAsync(stop);
        return await accept();
    }, stop);

    /// <summary>What a push wants, before it is accepted: its files, read with the objects that it has brought.</summary>
    internal Task<StateTree> ReadAsync(string commit, IReadOnlyDictionary<string, string> objects, CancellationToken stop) =>
        _history.TreeAsync(Head, commit, stop, objects);

    internal Task<ImmutableArray<TreeChange>> ChangesAsync(
        string commit, IReadOnlyDictionary<string, string> objects, CancellationToken stop) => _history.ChangesAsync(Head, commit, objects, stop);

    internal GitAsking Asking => _asking;

    public Task TidyAsync(CancellationToken stop) => _writing.TidyAsync(stop);

    public void Dispose() => _alone.Dispose();

    private async Task<T> AloneAsync<T>(Func<Task<T>> act, CancellationToken stop)
    {
        await _alone.WaitAsync(stop);
        try
        {
            var answer = await act();
            Unreachable = null;
            return answer;
        }
        catch (RemoteTroubleException trouble)
        {
            Unreachable = trouble.Message;
            throw;
        }
        finally
        {
            _alone.Release();
        }
    }

    /// <summary>Follows the branch to where it is now.</summary>
    private async Task AdvanceAsync(CancellationToken stop)
    {
        var advance = await _history.AdvanceAsync(Head, stop);
        if (advance.Head.Commit != Head.Commit) Tell(advance.Head);
        if (advance.Foreign is { } foreign) _unread = ForeignCommits.Join(_unread, foreign);
    }

    private void Refuse(ImmutableArray<string> lost)
    {
        if (!lost.IsEmpty) throw new StateMovedException(lost, _unread!.Files[lost[0]].Newest);
    }

    /// <summary>Default when somebody else was faster.</summary>
    private async Task<ImmutableArray<string?>> WriteAsync(IReadOnlyList<StateChange> changes, CancellationToken stop)
    {
        var (after, real) = (Head, new List<StateChange>());
        var marks = new List<int?>();
        foreach (var change in changes)
        {
            var next = after.With(null, change.Files);
            var isReal = !next.IsSame(after, "");
            if (isReal) real.Add(change);
            marks.Add(isReal ? real.Count - 1 : null);
            after = next;
        }
        if (real.Count == 0) return [.. changes.Select(_ => (string?)null)];
        var commits = await _writing.CommitAsync(Head.Commit, real, stop);
        if (!await _history.PublishAsync(commits[^1], Head.Commit, stop)) return default;
        Tell(after.At(commits[^1]));
        return [.. marks.Select(mark => mark is { } at ? commits[at] : null)];
    }

    private void Tell(StateTree head)
    {
        var before = Head;
        Head = head;
        foreach (var told in _told) told(before, head);
    }
}

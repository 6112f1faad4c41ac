using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Environments;
using Headway.Core.Intent;
using Headway.Server.Journal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Intent;

/// <summary>A lane's intent stands in the state repo, in this commit.</summary>
public sealed record IntentWritten(string Lane, string? Release, string Commit, string Says);

/// <summary>
/// Writes the intent of lanes into the state repo: the one writer, many lanes at once. A lane offers its state on every turn, and
/// what its file should say follows from that alone, so nothing is lost or written twice, whenever the server dies.
/// </summary>
public sealed partial class IntentDesk(StateRepo repo, Wishes wishes, Ledger ledger, ILogger<IntentDesk> log) : BackgroundService
{
    /// <summary>Many promotions at once become one batch of commits.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);
    private const int TidyEvery = 500;
    private readonly ConcurrentDictionary<string, LaneState> _offered = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _alone = new(1);
    private readonly SemaphoreSlim _some = new(0, 1);
    private string? _trouble;
    private int _written;

    /// <summary>
    /// Takes what others have committed while nothing is written. Lanes that offered themselves before they knew of it are dropped;
    /// they offer themselves again.
    /// </summary>
    public async Task TakeAsync(Func<Task<ForeignCommits?>> look, CancellationToken stop)
    {
        await _alone.WaitAsync(stop);
        try
        {
            foreach (var path in (await look())?.Files.Keys ?? [])
                if (IntentPath.LaneOf(path) is var (service, environment)) _offered.TryRemove($"{service}/{environment}", out _);
            _begun.TrySetResult();
        }
        finally
        {
            _alone.Release();
        }
    }

    /// <summary>Told when a lane's intent has been written, or stands there already.</summary>
    public Action<IntentWritten> Told { get; set; } = _ => { };

    /// <summary>Why nothing can be written, or null.</summary>
    public string? Trouble => _trouble ?? repo.Unreachable;

    /// <summary>Answers at once; what is not written yet is written soon.</summary>
    public void Offer(LaneState lane)
    {
        if (!IsBehind(lane)) return;
        _offered[lane.Lane] = lane;
        Wake();
    }

    /// <summary>The lane's file does not say yet what it should.</summary>
    public bool IsBehind(LaneState lane) => LaneIntent.Of(lane, DigestOf) is { } intent && IsMissing(lane, intent);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What others have committed while no server looked comes first.
        await _begun.Task.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await _some.WaitAsync(stoppingToken);
            await Task.Delay(Gather, stoppingToken);
            try
            {
                await WriteAsync(stoppingToken);
                _trouble = null;
                if (_written >= TidyEvery) await TidyAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                if (failure is not StateMovedException) Say(failure is RemoteTroubleException ? failure.Message
                    : $"The state repo cannot be written: {failure.Message}");
                await Task.Delay(Again, stoppingToken);
                Wake();
            }
        }
    }

    private void Wake()
    {
        try { _some.Release(); }
        catch (SemaphoreFullException)
        {
            // It looks already.
        }
    }

    private bool IsMissing(LaneState lane, LaneIntent intent)
    {
        var path = IntentPath.Lane(lane.Service, lane.Environment);
        if (repo.IsUnread(path)) return false;
        return lane.Queued is { Back: false, Commit: null } || !(Stands(path, intent) || IsAskedOtherwise(lane, path));
    }

    private bool Stands(string path, LaneIntent intent) => repo.Head.Text(path) is { } file && LaneFile.With(file, intent) == file;

    /// <summary>Somebody's commit says something else, and either cannot be obeyed or waits: it stays until they change it.</summary>
    private bool IsAskedOtherwise(LaneState lane, string path) => wishes.Of(lane.Lane) is not null || wishes.HasProblem(path);

    private string? DigestOf(string release) => ledger.Release(release)?.ArtifactDigest;

    private async Task WriteAsync(CancellationToken stop)
    {
        await _alone.WaitAsync(stop);
        ImmutableArray<LaneState> lanes = [.. _offered.Keys.Select(lane => _offered.TryRemove(lane, out var state) ? state : null).OfType<LaneState>()];
        try
        {
            await WriteAsync(lanes, stop);
        }
        catch
        {
            // They are offered still, except where the lane has said something newer or its file is to be looked at first.
            foreach (var lane in lanes)
                if (!repo.IsUnread(IntentPath.Lane(lane.Service, lane.Environment))) _offered.TryAdd(lane.Lane, lane);
            throw;
        }
        finally
        {
            _alone.Release();
        }
    }

    private async Task WriteAsync(ImmutableArray<LaneState> lanes, CancellationToken stop)
    {
        var changes = lanes.Select(lane => (Lane: lane, Intent: LaneIntent.Of(lane, DigestOf)!))
            .Where(each => IsMissing(each.Lane, each.Intent))
            .Select(each => (each.Lane, each.Intent, Change: ChangeOf(each.Lane, each.Intent))).ToList();
        if (changes.Count == 0) return;
        var commits = await repo.CommitAsync([.. changes.Select(each => each.Change)], stop);
        _written += commits.Length;
        await SettleAsync(changes.SelectMany(each => each.Change.Files.Keys), stop);
        for (var at = 0; at < changes.Count; at++)
        {
            var (lane, intent, change) = changes[at];
            var commit = commits[at] ?? await repo.CommitOfAsync(IntentPath.Lane(lane.Service, lane.Environment), stop);
            if (commit is not null) Told(new(lane.Lane, intent.Release, commit, change.Subject));
        }
    }

    private StateChange ChangeOf(LaneState lane, LaneIntent intent) => IntentChange.Of(lane, intent, repo.Head,
        lane.Queued is { Back: false, Commit: null } ? null : wishes.All.Against.GetValueOrDefault(IntentPath.Lane(lane.Service, lane.Environment)),
        release => PromotionEvidence.Of(ledger, lane, release));

    /// <summary>What was wrong with a file that Headway has written itself is wrong no more, and was answered.</summary>
    private Task SettleAsync(IEnumerable<string> paths, CancellationToken stop)
    {
        var head = repo.Head;
        var right = paths.Where(path => LaneFileShape.IntentOf(path, head.Text(path)) is not null).ToList();
        return wishes.ChangeAsync(all => all with
        {
            Seen = repo.HasUnread ? all.Seen : head.Commit,
            Problems = all.Problems.RemoveRange(right), Against = all.Against.RemoveRange(right),
        }, stop);
    }

    private async Task TidyAsync(CancellationToken stop)
    {
        _written = 0;
        await repo.TidyAsync(stop);
    }

    private void Say(string trouble)
    {
        if (trouble != _trouble) LogTrouble(trouble);
        _trouble = trouble;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Says}")]
    private partial void LogTrouble(string says);
}

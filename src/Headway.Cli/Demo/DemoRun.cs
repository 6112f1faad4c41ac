using System.Collections.Immutable;
using Headway.Cli.Api;
using Headway.Cli.Up;
using Headway.Core.Pipelines;
using Headway.Core.Rollouts;
using Headway.Core.SupplyChain;
using Headway.Server.Intent;
using Headway.Server.Rollouts;
using Headway.Server.Status;

namespace Headway.Cli.Demo;

/// <summary>The demo itself: what is pushed when, and what came of it. Views look on and change nothing.</summary>
internal sealed class DemoRun : IAsyncDisposable
{
    private const string Service = "shop";
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);
    private const int CommitTries = 50;
    private static readonly TimeSpan HistoryBefore = TimeSpan.FromSeconds(10);
    private readonly LocalHeadway _headway;
    private readonly DemoRepository _repository;
    private readonly DateTimeOffset[] _pushed = new DateTimeOffset[DemoRepository.Count];

    private DemoRun(LocalHeadway headway, DemoRepository repository, Traffic traffic, string data)
    {
        (_headway, _repository, Traffic, Data) = (headway, repository, traffic, data);
        Api = new(headway.Server);
    }

    public ApiClient Api { get; }
    public Traffic Traffic { get; }
    public string Data { get; }

    /// <summary>The status page; signs a browser in, once.</summary>
    public string Page { get; private set; } = "";

    public DateTimeOffset StartedAt { get; } = DateTimeOffset.UtcNow;

    public static async Task<DemoRun> StartAsync(
        DemoFolder folder, DemoPorts ports, TrafficSettings traffic, CancellationToken stop)
    {
        var repository = await DemoRepository.MakeAsync(folder.Path, ports, stop);
        var headway = await LocalHeadway.StartAsync(
            folder.Data, $"http://127.0.0.1:{ports.Server}", ports.Otlp, stop);
        var demo = new DemoRun(headway, repository, new(traffic, new($"http://127.0.0.1:{ports.Production}")),
            folder.Data);
        demo.Page = await demo.SignInAsync(stop);
        return demo;
    }

    /// <summary>An address that signs a browser in, once.</summary>
    public async Task<string> SignInAsync(CancellationToken stop) =>
        (await Api.PostAsync("api/v1/tokens/link", null, stop)).GetProperty("url").GetString()!;

    /// <summary>Each commit is pushed when the one before is promoted, that is when its hold-back begins.</summary>
    public async Task<DemoSummary> CarryAsync(CancellationToken stop)
    {
        var outcomes = new List<RolloutState>();
        for (var number = 1; number <= DemoRepository.Count; number++)
        {
            _pushed[number - 1] = await _repository.PushAsync(number, stop);
            if (number == 1) await Api.PostAsync("api/v1/services",
                new { source = _repository.Remote, branch = "main" }, stop);
            outcomes.Add(await OutcomeAsync(number, stop));
            if (number > 1) continue;
            Traffic.Begin();
            // The judge knows what is normal from the past, so there is to be some.
            await Task.Delay(HistoryBefore, stop);
        }
        await Task.Delay(TimeSpan.FromSeconds(2), stop);
        var good = outcomes[^2].Candidate;
        return DemoSummary.Of(outcomes, _pushed, Traffic) with
        {
            Verified = await Api.GetAsync<Verification>($"api/v1/releases/{good}/verification", stop),
            Commits = await CommitsAsync(stop),
        };
    }

    /// <summary>The revert follows the rollback; a moment later it is there.</summary>
    private async Task<ImmutableArray<DemoCommit>> CommitsAsync(CancellationToken stop)
    {
        const string path = "services/shop/production.yaml";
        for (var tries = 0; ; tries++, await Task.Delay(Pace, stop))
        {
            var log = await Api.GetAsync<StateCommit[]>($"api/v1/state/log?limit=10&path={Uri.EscapeDataString(path)}", stop);
            if (tries == CommitTries || log is [{ Subject: var newest }, ..] && newest.StartsWith("Revert", StringComparison.Ordinal))
                return [.. log.Select(each => new DemoCommit(each.Commit, each.By, each.Subject))];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Traffic.DisposeAsync();
        Api.Dispose();
        await _headway.DisposeAsync();
    }

    /// <summary>The rollout in production once it is promoted or has ended.</summary>
    private async Task<RolloutState> OutcomeAsync(int number, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Limit);
        try
        {
            for (; ; await Task.Delay(Pace, limit.Token))
            {
                if (_headway.Ended() is { } ended)
                    throw new CliException(ExitCode.No, $"The {ended} has ended by itself.",
                        $"See {_headway.LogOf(ended)}.");
                var rollouts = (await Api.GetAsync<RolloutView[]>($"api/v1/rollouts?service={Service}", limit.Token))
                    .Select(view => view.State).Where(rollout => IsOf(rollout, number)).ToList();
                if (rollouts.FirstOrDefault(IsDone) is { Environment: "production" } done) return done;
                if (rollouts.FirstOrDefault(
                    rollout => rollout.End is RolloutEnd.RolledBack or RolloutEnd.RollbackFailed) is { } failed)
                    throw new CliException(ExitCode.No,
                        $"{failed.Candidate} did not get through {failed.Environment}: {failed.CauseSays}");
                await CheckRunAsync(number, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new CliException(
                ExitCode.No, $"Release {number} had no outcome within {Limit.TotalMinutes:0} minutes.",
                $"`headway why {Service} --data {Data}` and the logs in {Data} say more.");
        }
    }

    private async Task CheckRunAsync(int number, CancellationToken stop)
    {
        var status = await Api.GetAsync<StatusView>("api/v1/status", stop);
        var service = status.Services.FirstOrDefault(each => each.Service.Name == Service);
        if (service?.Service.Refused is { } refused)
            throw new CliException(ExitCode.No, $"{refused.Commit.Short} cannot be carried: {refused.Says}");
        if (service?.Run is { Outcome: RunOutcome.Failed } run && run.Number == number)
            throw new CliException(ExitCode.No, $"{run.Commit.Short} \"{run.Commit.Subject}\": {run.Says}",
                $"`headway logs --job {run.Id}/{run.Jobs.FirstOrDefault(job => job.Phase == JobPhase.Failed)?.Name} "
                    + $"--data {Data}`");
    }

    private static bool IsOf(RolloutState rollout, int number) =>
        rollout.Candidate.StartsWith($"{Service}-{number}-", StringComparison.Ordinal);

    private static bool IsDone(RolloutState rollout) =>
        rollout.Environment == "production" && (rollout.Promoted || rollout.End is not null);
}

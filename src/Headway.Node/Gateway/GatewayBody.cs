using Headway.Core.Evidence;
using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Node.Gateway.Counting;
using Headway.Node.Gateway.Routing;
using Headway.Node.Gateway.Shadows;
using Microsoft.Extensions.Logging;

namespace Headway.Node.Gateway;

/// <summary>What a gateway holds: routes, evidence, and the files that both are kept in.</summary>
internal sealed class GatewayBody : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);
    private readonly GatewayOptions options;
    private readonly ILogger log;
    private readonly EvidenceMaker maker;
    private readonly EvidenceFile<EvidenceBatch> evidence;
    private readonly EvidenceFile<SignalSample> samples;
    private readonly ShadowDesk shadows;
    private readonly StateFile<GatewayState> stateFile;
    private readonly StateFile<LaneKept[]> keptFile;
    private readonly string boot;
    private readonly string hostBoot = HostBoot.Id;
    private readonly TaskCompletionSource draining = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private ImmutableArray<LaneKept> kept = [];
    private string? problem;
    private volatile bool isDraining;
    private int beats;

    public GatewayBody(GatewayOptions options, TimeProvider time, ILogger log)
    {
        (this.options, this.log) = (options, log);
        Directory.CreateDirectory(options.DataFolder);
        Clock = new(time);
        boot = $"{time.GetUtcNow():yyyyMMddHHmmss}-{Guid.NewGuid().ToString("n")[..8]}";
        maker = new(options.Node, boot, Clock, options.ClientsPerLane);
        shadows = new($"{options.Node}/{boot}", Clock, options.ConnectTimeout, log);
        Routes = new(Clock, maker) { Shadows = shadows };
        evidence = new(Path.Combine(options.DataFolder, "evidence", boot + ".jsonl"), options.EvidenceBytes);
        samples = new(Path.Combine(options.DataFolder, "shadows", boot + ".jsonl"), options.EvidenceBytes / 8);
        stateFile = new(Path.Combine(options.DataFolder, "gateway-state.json"), log);
        keptFile = new(Path.Combine(options.DataFolder, "gateway-kept.json"), log);
        kept = [.. keptFile.Load() ?? []];
        if (stateFile.Load() is not { } state) return;
        if (StateCheck.FaultOf(state) is { } fault) log.LogError("The state on disk is left aside: {Fault}", fault);
        else Routes.Apply(state, kept);
    }

    public TickClock Clock { get; }
    public GatewayRoutes Routes { get; }
    public Task Draining => draining.Task;

    /// <summary>False when a newer state is in force.</summary>
    public bool Obey(GatewayState state)
    {
        lock (gate)
        {
            var held = Routes.State;
            if (!Routes.Apply(state, kept)) return false;
            // Control says every second when it heard the server; that alone is not worth a flush of the disk.
            var isNews = held is null || held.Version != state.Version || held.Epoch != state.Epoch
                || !held.Endpoints.SequenceEqual(state.Endpoints);
            Try("keep the state", () => stateFile.Save(state, durably: isNews));
            return true;
        }
    }

    /// <summary>Ends the service gracefully.</summary>
    public void Drain()
    {
        isDraining = true;
        draining.TrySetResult();
    }

    public GatewaySeen Seen()
    {
        var state = Routes.State;
        var now = Clock.Now;
        var problems = Routes.Problems();
        return new(
            boot, Environment.ProcessId, state?.Epoch ?? 0, state?.Version ?? 0,
            [.. Routes.Lanes.Select(lane => lane.Route).OfType<LaneRoute>().Select(route => new RouteSeen(
                route.Wanted.Lane, route.Wanted.Version, route.Wanted.Fence, route.Wanted.Stable,
                route.Wanted.Candidate, route.InForce, route.Lowered))],
            [.. Routes.Instances.Select(instance => new EndpointSeen(
                instance.Id, instance.Open, Math.Round(instance.RequestsPerSecond, 2), instance.Ejection.IsOut(now)))],
            problem is null ? problems : problems.Add(problem));
    }

    /// <summary>Closes evidence, watches leases and instances, until stopped; then closes what is left.</summary>
    public async Task BeatAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Beat, Clock.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop)) Once();
        }
        catch (OperationCanceledException)
        {
            CloseEvidence(isEnd: true);
            CloseSamples();
        }
    }

    internal void Once()
    {
        CheckLeases();
        foreach (var lane in Routes.Lanes)
            if (lane.Route is { } route) lane.Evidence.Follow(route.Stage);
        CloseEvidence(isEnd: false);
        if (++beats % 10 == 0) EverySecond();
    }

    private void CheckLeases()
    {
        if (Routes.State is not { } state) return;
        var heard = state.HostBoot == hostBoot ? state.ServerHeardTicks : 0;
        var unheard = TimeSpan.FromMilliseconds(Environment.TickCount64 - heard);
        foreach (var lane in Routes.Lanes)
        {
            if (Leases.CheckHeard(lane, unheard) | Leases.CheckBudget(lane))
                log.LogWarning("{Lane}: the candidate's share is lowered to 0: {Why}", lane.Name, lane.Route?.Lowered?.Says);
        }
    }

    private void CloseEvidence(bool isEnd)
    {
        var batches = maker.Close(isEnd);
        Try("keep evidence", () => evidence.Append(batches));
    }

    private void CloseSamples()
    {
        var seen = shadows.Close();
        Try("keep samples", () => samples.Append(seen));
    }

    private void EverySecond()
    {
        Clock.Follow();
        CloseSamples();
        foreach (var instance in Routes.Instances)
        {
            instance.Measure();
            instance.Ejection.Fade();
        }
        foreach (var lane in Routes.Lanes)
        {
            if (lane.Route is not { } route) continue;
            foreach (var ready in new[] { route.Stable, route.Candidate })
                Balance.Eject(ready, Clock.Now, Clock.Time.TimestampFrequency, (instance, span) =>
                    log.LogWarning("{Instance} is left out for {Seconds} s: it fails far more than its peers.",
                        instance.Id, span.TotalSeconds));
            if (beats % 600 == 0) lane.Evidence.Routes.MakeRoom();
        }
        Keep();
    }

    /// <summary>Once it drains, its successor keeps the books.</summary>
    private void Keep()
    {
        if (isDraining) return;
        ImmutableArray<LaneKept> now = [.. Routes.Lanes.Select(lane => lane.Keep()).OfType<LaneKept>()];
        if (now.SequenceEqual(kept)) return;
        lock (gate) kept = now;
        Try("keep the spent budgets", () => keptFile.Save([.. now], durably: false));
    }

    /// <summary>A full disk stops no request: it is reported until it is over.</summary>
    private void Try(string what, Action act)
    {
        try
        {
            act();
            if (problem?.Contains(what, StringComparison.Ordinal) == true) problem = null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (problem is null) log.LogError("Could not {What}: {Failure}", what, failure.Message);
            problem = $"The gateway could not {what} in {options.DataFolder}: {failure.Message}";
        }
    }

    public void Dispose()
    {
        shadows.Dispose();
        evidence.Dispose();
        samples.Dispose();
    }
}

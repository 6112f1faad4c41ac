using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Judging.Answers;
using Headway.Core.Judging.Signals;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Strategies;

namespace Headway.Server.Rollouts;

/// <summary>
/// Everything that judges an open rollout: the comparison with stable while there is one to compare with, the absolute
/// limit of the objectives all the time, and the further signals of the service.
/// </summary>
public sealed class LaneJudge
{
    private readonly Judge? _comparison;
    private readonly ObjectiveGuard _guard;
    private readonly ImmutableArray<SignalJudge> _signals, _load;
    private readonly ShadowJudge? _shadow;
    private readonly SignalJudge? _telemetry;
    private readonly InstanceLoad _instances;

    /// <summary>A sample said that one of the releases sends telemetry.</summary>
    private bool _telemetryIsExpected;

    /// <param name="promised">
    /// What the candidate's specification promises and wants judged; without an objective a documented default is the
    /// limit.
    /// </param>
    /// <param name="settings">Others than the rollout's own, to judge it again in another way.</param>
    public LaneJudge(
        RolloutState open, StableHistory history, ServiceSpec? promised, JudgeSettings? settings = null)
    {
        settings = (settings ?? SettingsOf(open)) with
        {
            Representative =
                promised?.Environments.FirstOrDefault(e => e.Name == open.Environment)?.Representative ?? 0,
        };
        var availability = promised?.Objectives.Availability;
        var limit = GuardLimit.Of(availability);
        _comparison = open.Stable is { } stable ? new(settings, history, new(open.Lane, stable, open.Candidate)) : null;
        var promises = promised?.Objectives ?? ObjectivesSpec.None;
        var speed = LatencyLimit.Of(promises.LatencyP50, promises.LatencyP90, promises.LatencyP99);
        _guard = new(settings, limit, (open.Lane, open.Candidate), speed, history.Latency)
        {
            PastWasGood = history.Trials == 0 || history.Failures <= limit.FailureRate * history.Trials,
        };
        var signals = promised?.SignalsOf(open.Environment, open.Stable) ?? [];
        var alpha = AllSignals.Alpha / Math.Max(signals.Count(s => s.Trust != Trust.Observe), 1);
        var between = new Comparison(open.Lane, open.Stable ?? "", open.Candidate);
        _signals = [.. signals.Select(s => new SignalJudge(s, settings, between, alpha))];
        var load = open.Plan.Steps.OfType<Step.Watch>().Select(watch => watch.Load).FirstOrDefault(l => l is not null)
            ?.Signals(open.Stable is not null, limit.FailureRate, promised?.Evidence ?? []) ?? [];
        // What is left undecided when a load ends stays so: it passes then, as long as nothing is suspected.
        var underLoad = settings with { Dwell = TimeSpan.Zero, PassUnproven = TimeSpan.Zero };
        _load = [.. load.Select(s => new SignalJudge(s, underLoad, between, AllSignals.Alpha / load.Length))];
        _shadow = ShadowJudge.Of(open, settings);
        // Whoever names telemetry says what it may do; the default then has nothing to add.
        _telemetry = signals.Any(s => s.Source is SignalSource.Telemetry || s.Name == SignalSpec.TelemetryAsBefore.Name)
            ? null : new(SignalSpec.TelemetryAsBefore, settings, between, alpha);
        _instances = new(open.Plan, signals);
    }

    /// <summary>Step that the judge was last told of.</summary>
    private int _step = -1;

    public static JudgeSettings SettingsOf(RolloutState open) =>
        new(BudgetFailedRequests: open.Rules.BudgetFailedRequests);

    public void StepStarted(int index, JudgeStep step)
    {
        if (index == _step) return;
        _step = index;
        _shadow?.StepStarted(index, step);
        _comparison?.StepStarted(step);
        _guard.StepStarted(step);
        _instances.StepStarted(index, step);
        _telemetry?.StepStarted(step);
        foreach (var signal in _signals.Concat(_load)) signal.StepStarted(step);
    }

    public void Observe(EvidenceBatch batch)
    {
        _comparison?.Observe(batch);
        _guard.Observe(batch);
    }

    public void Observe(SignalSample sample)
    {
        if (_shadow?.Observe(sample) == true) return;
        if (_instances.AtLikeLoad(sample) is not { } alike) return;
        sample = alike;
        // Copies are of some methods only: what compares both sides would compare different requests.
        var areAlike = _shadow is null || sample.At >= _shadow.UsersSince;
        foreach (var signal in _signals)
            if (areAlike || !signal.Compares) signal.Observe(sample);
        foreach (var signal in _load) signal.Observe(sample);
        _telemetryIsExpected |= _telemetry?.Observe(sample) == true;
    }

    public Verdict Assess(RolloutState open, DateTimeOffset now)
    {
        var (users, signals) = (AssessUsers(open, now), _signals.Select(s => s.Assess(now)).ToImmutableArray());
        if (_telemetry?.Assess(now) is { } telemetry && _telemetryIsExpected) signals = signals.Add(telemetry);
        var verdict = open.CurrentStep is Step.Watch { For: WatchFor.Load } && !_load.IsEmpty
            ? AllSignals.UnderLoad(users, signals, [.. _load.Select(s => s.Assess(now))])
            : AllSignals.Of(users, signals);
        return _shadow?.Assess(verdict, open.Step == _step, now) ?? verdict;
    }

    /// <summary>Proof of harm from either; otherwise what the comparison says, where there is one.</summary>
    private Verdict AssessUsers(RolloutState open, DateTimeOffset now)
    {
        var guard = _guard.Assess(now);
        if (_comparison?.Assess(now) is not { } compared) return guard;
        if (compared.Kind == VerdictKind.Rollback) return compared;
        var alone = open.CurrentStep is Step.Watch { For: WatchFor.Guard } || guard.Kind == VerdictKind.Rollback;
        return alone ? guard : compared;
    }
}

using System.Collections.Immutable;
using Headway.Core.Targets;

namespace Headway.Core.Strategies;

/// <summary>Short specification in, one list of steps out. Refuses what the target's parts cannot do, and says which.</summary>
public static class PlanCompiler
{
    public const string Workload = Rollouts.WantedEffects.Workload;
    public const string Traffic = Rollouts.WantedEffects.Traffic;
    private static readonly TimeSpan CheckLimit = TimeSpan.FromMinutes(5);

    /// <summary>After a load has ended nothing more comes in that could be waited for, but for its last answers.</summary>
    private static readonly TimeSpan AfterLoad = TimeSpan.FromSeconds(30);

    public static Compiled Compile(PlanRequest request)
    {
        if (!request.Workload.SideBySide && request.Stable is not null)
            return new Compiled.Refused("The workload cannot run two releases side by side, which every strategy here needs.");
        var notes = ImmutableArray.CreateBuilder<string>();
        if (request.Workload.Fencing == Fencing.None || request.Traffic.Fencing == Fencing.None)
            notes.Add("A part cannot refuse late effects: it is read before each write instead.");
        var (name, steps) = Shadow.Before(request, notes, request switch
        {
            { Stable: null } => ("first release", FirstRelease(request)),
            { Back: true } => ("rollback", AtOnce(request, checks: false)),
            { Environment.Strategy: StrategySpec.Canary { Steps.IsEmpty: false } canary } => ("canary", Canary.Steps(request, canary, notes)),
            { Environment.Strategy: StrategySpec.BlueGreen blueGreen } => ("blue-green", BlueGreen(request, blueGreen)),
            { Environment.Strategy: StrategySpec.Rolling rolling } => ("rolling", Rolling.Steps(request, rolling)),
            _ => ("direct", AtOnce(request, checks: true)),
        });
        return Problem(request, steps) is { } problem
            ? new Compiled.Refused(problem)
            : new Compiled.Ready(new(name, request.Instances, [.. steps], notes.ToImmutable()));
    }

    /// <summary>What the candidate has to stand before users meet it.</summary>
    internal static IEnumerable<Step> Checks(PlanRequest request)
    {
        for (var i = 0; i < request.Environment.Checks.Length; i++)
            yield return new Step.Run(Workload, $"check-{i + 1}", request.Environment.Checks[i], CheckLimit);
        if (request.Environment.Load is { } load)
            yield return new Step.Watch(WatchFor.Load, load.For, load.For + AfterLoad) { Load = load };
    }

    internal static Step.Expose Expose(double share, ExposureUnit unit = ExposureUnit.Client) =>
        new(Traffic, new Exposure.Fraction(share, unit));

    /// <summary>
    /// Nothing to compare with and nothing to go back to: checks first, then everyone, then the objective's guard looks
    /// on for as long as a hold-back would last.
    /// </summary>
    private static List<Step> FirstRelease(PlanRequest request) =>
    [
        new Step.Place(Workload, request.Instances),
        .. Checks(request),
        Expose(1),
        .. HoldBack(request.Environment.HoldBack),
    ];

    private static List<Step> AtOnce(PlanRequest request, bool checks) =>
    [
        new Step.Place(Workload, request.Instances),
        .. checks ? Checks(request) : [],
        Expose(1),
        new Step.Retire(Workload, 0),
    ];

    /// <summary>A second full set, checked off traffic; one cut-over; the old set stays for the instant way back.</summary>
    private static List<Step> BlueGreen(PlanRequest request, StrategySpec.BlueGreen spec) =>
    [
        new Step.Place(Workload, request.Instances),
        .. Checks(request),
        Expose(1),
        .. HoldBack(spec.KeepOld),
        new Step.Retire(Workload, 0),
    ];

    private static Step[] HoldBack(TimeSpan time) =>
        time > TimeSpan.Zero ? [new Step.Watch(WatchFor.HoldBack, time, time)] : [];

    private static string? Problem(PlanRequest request, List<Step> steps)
    {
        foreach (var step in steps)
            switch (step)
            {
                case Step.Run run when !request.Workload.Tasks:
                    return $"The workload cannot run `{run.Command}`: it has no one-shot tasks.";
                case Step.Expose { To: Exposure.Mirror } when !request.Traffic.Mirrors:
                    return "The traffic part cannot copy requests to a candidate, which `shadow` needs.";
                case Step.Expose when !request.Traffic.Exposes:
                    return "The traffic part cannot give a share of users to a candidate.";
                case Step.Expose { To: Exposure.Fraction { Share: > 0 and < 1 } fraction }
                    when fraction.Share < request.Traffic.SmallestShare:
                    return $"The traffic part cannot hold a share as small as {Strategies.Steps.Percent(fraction.Share)}; "
                        + $"its smallest is {Strategies.Steps.Percent(request.Traffic.SmallestShare)}.";
            }
        var never = steps.FindIndex(s => s.Undo == Undo.Never);
        return never >= 0 && never < steps.Count - 1
            ? $"{Strategies.Steps.Says(steps[never])} can never be undone, so it must be the last step." : null;
    }
}

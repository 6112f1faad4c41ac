using Headway.Core.Targets;

namespace Headway.Core.Strategies;

/// <summary>
/// Instance by instance: a batch of the new release joins, gets its part of the requests at random, is watched, and
/// only then as many of the old ones leave. Ready instances never fall below what the service had.
/// </summary>
internal static class Rolling
{
    private static readonly TimeSpan Dwell = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static List<Step> Steps(PlanRequest request, StrategySpec.Rolling spec)
    {
        var steps = new List<Step>();
        var batch = Math.Max(1, spec.Batch);
        for (var done = Math.Min(batch, request.Instances); ; done = Math.Min(done + batch, request.Instances))
        {
            steps.Add(new Step.Place(PlanCompiler.Workload, done));
            if (steps.Count == 1) steps.AddRange(PlanCompiler.Checks(request));
            var last = done >= request.Instances;
            if (last && steps.Count > 1 && request.Instances > batch)
            {
                steps.Add(PlanCompiler.Expose(1));
                steps.Add(new Step.Retire(PlanCompiler.Workload, 0));
                return steps;
            }
            // With a single batch half of the requests is the largest share that still leaves something to compare with.
            var share = last ? 0.5 : (double)done / request.Instances;
            steps.Add(PlanCompiler.Expose(share));
            steps.Add(new Step.Watch(WatchFor.Users, Dwell, Dwell + Patience));
            if (last)
            {
                steps.Add(PlanCompiler.Expose(1));
                steps.Add(new Step.Retire(PlanCompiler.Workload, 0));
                return steps;
            }
            steps.Add(new Step.Retire(PlanCompiler.Workload, request.Instances - done));
        }
    }
}

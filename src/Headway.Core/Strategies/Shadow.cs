using System.Collections.Immutable;
using Headway.Core.Evidence.Answers;
using Headway.Core.Targets;

namespace Headway.Core.Strategies;

/// <summary>
/// Puts copies of requests before the first users of any strategy: the candidate answers what users ask, nobody but the
/// gateway reads it, and users come only after the answers have been found to be the same.
/// </summary>
internal static class Shadow
{
    private static readonly TimeSpan Dwell = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static (string Name, List<Step> Steps) Before(
        PlanRequest request, ImmutableArray<string>.Builder notes, (string Name, List<Step> Steps) compiled)
    {
        if (request is not { Environment.Shadow: { } spec, Stable: not null, Back: false }) return compiled;
        var writes = spec.Rules.Methods.Where(method => !MirrorRules.IsSafe(method)).ToArray();
        if (writes.Length > 0)
            notes.Add($"Copies of {string.Join(", ", writes)} reach the candidate, as `shadow.methods` asks: what they write "
                + "is written twice, by stable for the user and by the candidate for the copy.");
        var atLeast = spec.For > Dwell ? spec.For : Dwell;
        var steps = Placed(compiled.Steps, (int)Math.Ceiling(spec.Share * request.Instances - 1e-9));
        steps.InsertRange(steps.FindIndex(step => step is Step.Expose),
        [
            new Step.Expose(PlanCompiler.Traffic, new Exposure.Mirror(spec.Share) { Rules = spec.Rules }),
            new Step.Watch(WatchFor.Answers, atLeast, atLeast + Patience, spec.Requests),
        ]);
        return (compiled.Name == "direct" ? "shadow" : $"shadow, {compiled.Name}", steps);
    }

    /// <summary>So many instances from the start as the copies need; steps that place fewer fall away.</summary>
    private static List<Step> Placed(List<Step> steps, int needed)
    {
        var placed = new List<Step>();
        var has = 0;
        foreach (var step in steps)
        {
            if (step is not Step.Place place)
            {
                placed.Add(step);
                continue;
            }
            var wanted = Math.Max(place.Instances, needed);
            if (wanted <= has) continue;
            placed.Add(place with { Instances = has = wanted });
        }
        return placed;
    }
}

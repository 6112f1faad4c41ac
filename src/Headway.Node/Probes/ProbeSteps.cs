using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Evidence.Journeys;

namespace Headway.Node.Probes;

public static class ProbeSteps
{
    /// <summary>
    /// The requests of a source: a probe is a journey of one step that takes a redirect for an answer. None for a source
    /// that makes no HTTP requests.
    /// </summary>
    public static ImmutableArray<JourneyStep> Of(SignalSource source) => source switch
    {
        SignalSource.Journey journey => journey.Steps,
        SignalSource.Probe { Path: { } path } probe =>
            [new JourneyStep("GET", path) { Within = probe.Within, Follows = false }],
        _ => [],
    };
}

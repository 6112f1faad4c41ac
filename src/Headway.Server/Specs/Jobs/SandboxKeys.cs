using System.Collections.Immutable;
using Headway.Core.Pipelines;

namespace Headway.Server.Specs.Jobs;

/// <summary>What a job may touch.</summary>
internal static class SandboxKeys
{
    private static readonly Field<bool> Network = new(
        "network", "The job may use the network, for example to fetch packages (false when not written).",
        Shapes.Bool, false);

    public static readonly ImmutableArray<JobKey> Keys =
    [
        JobKey.Of(Network, (job, network) => job with { Network = network }),
    ];
}

using System.Collections.Immutable;
using Headway.Core.Pipelines;

namespace Headway.Server.Specs.Jobs;

/// <summary>What is kept of a job when it has ended.</summary>
internal static class KeptKeys
{
    private static readonly Field<string?> Artifact = new(
        "artifact", "Path to keep when the job succeeds, relative to the root of the source. One job has one.",
        SourcePath.Shape.Select(path => (string?)path), null);

    private static readonly Field<string?> Reports = new(
        "reports", "Pattern of test reports (JUnit XML, TRX, TAP) that the job writes.",
        Shapes.Text("a pattern such as `\"**/*.trx\"`").Select(pattern => (string?)pattern), null);

    public static readonly ImmutableArray<JobKey> Keys =
    [
        JobKey.Of(Artifact, (job, artifact) => job with { Artifact = artifact }),
        JobKey.Of(Reports, (job, reports) => job with { Reports = reports }),
    ];
}

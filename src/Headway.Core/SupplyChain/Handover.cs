using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Releases;

namespace Headway.Core.SupplyChain;

/// <summary>What the server says of an artifact that was built elsewhere: who handed it over, and for which commit.</summary>
/// <param name="Provenance">Whether provenance came with it, signed by a key that the server trusts.</param>
public sealed record Handover(
    string Service, string Commit, string Artifact, ReleaseOrigin Origin, string HandedBy, DateTimeOffset At,
    HandedProvenance Provenance);

/// <param name="Key">Name of the trusted key that signed it; null when nobody known did.</param>
/// <param name="Builder">As it says itself.</param>
public sealed record HandedProvenance(bool Given, string? Key, string? Builder);

/// <summary>Files of a run that are kept with its release.</summary>
public sealed record JobResults(ImmutableArray<ResourceDescriptor> Results);

/// <summary>That the tests of a run passed, and in which reports that can be read.</summary>
/// <param name="Result">PASSED, since a release is only made when they did; WARNED where failures are in quarantine.</param>
public sealed record TestResult(
    string Result, ImmutableArray<ResourceDescriptor> Configuration, ImmutableArray<ResourceDescriptor> Reports)
{
    /// <summary>Tests that failed and are in quarantine.</summary>
    public ImmutableArray<string>? WarnedTests { get; init; }

    public static ResourceDescriptor Report(string job, JobResult result) =>
        ResourceDescriptor.Of(result.Path, result.Digest) with
        {
            Annotations = ImmutableSortedDictionary<string, string>.Empty
                .Add("job", job).Add("kind", result.Kind.ToString()),
        };
}

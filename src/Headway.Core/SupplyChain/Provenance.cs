using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.SupplyChain;

/// <summary>How an artifact came to be: the predicate of SLSA's provenance, v1 (slsa.dev/spec/v1.1/provenance).</summary>
public sealed record Provenance(BuildDefinition BuildDefinition, RunDetails RunDetails);

/// <param name="ExternalParameters">What whoever pushed the commit decided; all of it is to be verified.</param>
/// <param name="InternalParameters">What this server decided.</param>
/// <param name="ResolvedDependencies">What went in, by digest; the commit is the first.</param>
public sealed record BuildDefinition(
    string BuildType, JsonElement ExternalParameters, JsonElement? InternalParameters,
    ImmutableArray<ResourceDescriptor>? ResolvedDependencies);

public sealed record RunDetails(Builder Builder, BuildMetadata? Metadata, ImmutableArray<ResourceDescriptor>? Byproducts);

/// <param name="Id">Who is to be trusted to have built it as is written here.</param>
public sealed record Builder(string Id, ImmutableSortedDictionary<string, string>? Version);

public sealed record BuildMetadata(string? InvocationId, DateTimeOffset? StartedOn, DateTimeOffset? FinishedOn);

/// <summary>What the external parameters of <see cref="BuildProvenance.Type"/> are.</summary>
/// <param name="Source">Path or URL of the repository.</param>
/// <param name="Ref">The branch or tag.</param>
/// <param name="Spec">Path of the specification within the commit.</param>
public sealed record BuildParameters(
    string Service, string Source, string Ref, string Spec, ImmutableArray<JobParameters> Jobs);

public sealed record JobParameters(string Name, string Run, string? Artifact, ImmutableArray<string> Needs);

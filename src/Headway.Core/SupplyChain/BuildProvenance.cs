using System.Collections.Immutable;
using System.Text.Json;
using Headway.Core.Pipelines;

namespace Headway.Core.SupplyChain;

/// <param name="Source">Of the service, as registered.</param>
/// <param name="Key">Of the server, which is who says it.</param>
/// <param name="Version">Of Headway.</param>
public sealed record BuildPlace(string Source, string SpecPath, VerifyingKey Key, string Version);

/// <summary>
/// The provenance of what a run built. It is derived from the run's record alone, which no job can write to.
/// </summary>
public static class BuildProvenance
{
    public const string Type = "urn:headway:build:v1";

    /// <summary>Who builds: the server with this key, whatever its address.</summary>
    public static string BuilderOf(VerifyingKey key) => $"urn:headway:server:{key.Id}";

    /// <param name="artifact">Digest of what was built.</param>
    public static Provenance Of(RunState run, string artifact, BuildPlace place) => new(
        new(Type,
            JsonSerializer.SerializeToElement(
                new BuildParameters(run.Service, place.Source, RefOf(run.Trigger), place.SpecPath,
                    [.. run.Spec.Jobs.Select(job => new JobParameters(job.Name, job.Run, job.Artifact, job.Needs))]),
                Wire.Json),
            JsonSerializer.SerializeToElement(
                new Inner(ReleaseConfig.DigestOf(run.Spec), run.Trigger?.Kind ?? TriggerKind.Push,
                    [.. run.Jobs.Select(job => new InnerJob(job.Name, job.Runner, job.Attempt, job.Reuses?.Run))]), Wire.Json),
            [Commit(run.Commit.Sha, place.Source, RefOf(run.Trigger)), .. Upstream(run, artifact)]),
        new(new(BuilderOf(place.Key), ImmutableSortedDictionary<string, string>.Empty.Add("headway", place.Version)),
            new(run.Id, run.StartedAt, run.Jobs.Max(job => job.EndedAt) ?? run.StartedAt),
            [.. run.Jobs.SelectMany(ByproductsOf)]));

    /// <summary>The commit that a provenance says was built, ours or that of another builder; null when it says none.</summary>
    public static string? CommitOf(Provenance provenance) =>
        provenance.BuildDefinition?.ResolvedDependencies?.Select(each => each.Digest?.GetValueOrDefault("gitCommit")
            ?? each.Digest?.GetValueOrDefault("sha1")).FirstOrDefault(sha => sha is not null);

    /// <summary>The external parameters, when the build is one of ours.</summary>
    public static BuildParameters? ParametersOf(Provenance provenance)
    {
        if (provenance.BuildDefinition is not { BuildType: Type } definition) return null;
        try
        {
            return definition.ExternalParameters.Deserialize<BuildParameters>(Wire.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string RefOf(RunTrigger? trigger) => trigger switch
    {
        null => "HEAD",
        { Tag: { } tag } => $"refs/tags/{tag}",
        _ => $"refs/heads/{trigger.Branch}",
    };

    private static ResourceDescriptor Commit(string sha, string source, string reference) =>
        new() { Uri = $"git+{source}@{reference}", Digest = ResourceDescriptor.GitCommit(sha) };

    /// <summary>What earlier jobs made and later ones were given.</summary>
    private static IEnumerable<ResourceDescriptor> Upstream(RunState run, string artifact) => run.Jobs
        .Where(job => job.Digest is not null && job.Digest != artifact)
        .Select(job => ResourceDescriptor.Of($"artifact of {job.Name}", job.Digest!));

    private static IEnumerable<ResourceDescriptor> ByproductsOf(JobState job) => job.Results.Select(result =>
        ResourceDescriptor.Of(result.Path, result.Digest) with
        {
            Annotations = ImmutableSortedDictionary<string, string>.Empty
                .Add("job", job.Name).Add("kind", result.Kind.ToString()),
        });

    private sealed record Inner(string SpecDigest, TriggerKind Trigger, ImmutableArray<InnerJob> Jobs);

    /// <param name="ReusedFrom">The run that made the result of a job that was not run again, since its inputs were the same.</param>
    private sealed record InnerJob(string Name, string? Runner, int Attempt, string? ReusedFrom);
}

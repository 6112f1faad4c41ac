using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Headway.Core.Pipelines;

/// <summary>
/// The key under which the result of a job is found again: a hash over everything that the job can see. Equal keys mean
/// that running it again would give what is known already.
/// </summary>
public static class JobFingerprint
{
    /// <summary>Raised when what a key is made of changes, so that no older key equals a newer one.</summary>
    private const int Version = 1;

    /// <summary>
    /// Whether a result may stand for a later run. A job with the network can see what no key can hold, so its owner has
    /// to say that it does not matter. Shards of different runs split their tests differently, so one never stands for another.
    /// </summary>
    public static bool MayStand(JobSpec job) => job.Shard is null && (job.Cache ?? (!job.Network && job.Secrets.IsDefaultOrEmpty));

    public static string Of(JobSpec job, JobIngredients ingredients)
    {
        // The whole specification of the job is part of the key, so that a field that is added later is too; what only
        // says when it runs, and for how long at most, is left out.
        var meant = job with
        {
            Needs = [], When = null, Paths = [], Inputs = [], Cache = null, Timeout = default, Template = null,
            Matrix = null,
            Variables = job.Variables.WithComparers(StringComparer.Ordinal),
        };
        var text = JsonSerializer.Serialize(new { Version, Job = meant, Ingredients = ingredients }, Wire.Json);
        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }
}

/// <summary>What a job sees besides its own specification.</summary>
/// <param name="Trust">Who could have written what was run: see <see cref="ResultTrust"/>.</param>
/// <param name="Files">Digest of paths, modes and contents of the files that it may read.</param>
/// <param name="Tools">What the runner says of its tools and its sandbox.</param>
/// <param name="Upstream">Digests of the artifacts that are laid over the source, in the order of `needs`.</param>
/// <param name="Include">Further files that are kept beside its artifact.</param>
public sealed record JobIngredients(
    string Service, string Trust, string Files, string Tools, ImmutableArray<string> Upstream,
    ImmutableArray<string> Include);

/// <summary>
/// Results are only taken from runs that are trusted at least as much: what a merge request made never stands for a job
/// of the branch, and a fork sees nothing but its own.
/// </summary>
public static class ResultTrust
{
    public static string Of(RunTrigger? trigger) => trigger switch
    {
        { MergeRequest: { FromFork: true } request } => $"fork/{request.Number}",
        { MergeRequest: { } request } => $"merge request/{request.Number}",
        { Kind: TriggerKind.MergeRequest } => "merge request",
        // A tag or a person may name any commit, also one that never was on the branch.
        { ChecksOnly: true } aside => $"beside/{aside.Branch}",
        { } other => $"branch/{other.Branch}",
        null => "branch/",
    };

    /// <summary>Whose results may stand for a job of the run, its own first.</summary>
    public static ImmutableArray<string> ReadableBy(RunTrigger? trigger) =>
        trigger is { MergeRequest.FromFork: false } or { ChecksOnly: true, MergeRequest: null }
            ? [Of(trigger), $"branch/{trigger.Branch}"] : [Of(trigger)];
}

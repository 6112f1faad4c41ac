using System.Collections.Immutable;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.SupplyChain;
using Headway.Server.Artifacts;
using Headway.Server.Registry;

namespace Headway.Server.SupplyChain;

/// <param name="Release">Null when there can be none, and then the sentence says why.</param>
public sealed record MadeRelease(Release? Release, string Says);

/// <summary>
/// Makes a release: its manifest in the registry, and everything that is said about it, signed by the server. Jobs and
/// runners have no part in it but the bytes that they sent.
/// </summary>
public sealed class ReleaseMaking(
    ReleaseShelf shelf, ArtifactSigner signer, BillMaking bills, BuildPlaces places, TimeProvider time)
{
    /// <summary>Of what a run built.</summary>
    public async Task<MadeRelease> OfRunAsync(
        RunState run, string digest, Reproduction? reproduction, CancellationToken stop)
    {
        // The release has the number of its run: a later commit has a higher one, whichever of two runs ends first.
        var id = IdOf(run);
        if (await shelf.TakeAsync(run.Service, MediaType.Tar, digest, stop) is not { } artifact)
            return new(null, $"The artifact {digest} is not here, or its bytes changed, so there is nothing to release.");
        var config = new ReleaseConfig(
            id, run.Service, run.Number, run.Commit, ReleaseConfig.DigestOf(run.Spec), run.Id, null);
        OciDescriptor manifest;
        try
        {
            manifest = await KeepAsync(config, artifact, stop);
        }
        catch (RegistryRefusedException e)
        {
            return new(null, $"The release cannot be put into the registry: {e.Message}");
        }
        var desk = new AttachmentDesk(shelf, signer, run.Service, manifest, run.Jobs.Max(job => job.EndedAt) ?? run.StartedAt);
        await desk.SignAsync(stop);
        await desk.SayAsync(PredicateType.Provenance, BuildProvenance.Of(run, digest, places.Of(run)), [digest], stop);
        foreach (var (type, bill) in await bills.OfRunAsync(run, stop)) await desk.SayAsync(type, bill, [digest], stop);
        await ResultsAsync(run, desk, digest, stop);
        return new(Release(id, run, digest, manifest.Digest) with { Reproduction = reproduction },
            Reproductions.Sentence(reproduction) ?? "");
    }

    /// <summary>Of what was built elsewhere.</summary>
    /// <param name="run">That stands for it in the record.</param>
    public async Task<Release> OfHandoverAsync(
        RunState run, HandedOver handed, HandedFiles files, CancellationToken stop)
    {
        var id = IdOf(run);
        var config = new ReleaseConfig(id, run.Service, run.Number, run.Commit, ReleaseConfig.DigestOf(handed.Spec), run.Id,
            handed.Origin);
        var manifest = await KeepAsync(config, files.Artifact, stop);
        var desk = new AttachmentDesk(shelf, signer, run.Service, manifest, time.GetUtcNow());
        await desk.SignAsync(stop);
        await desk.SayAsync(PredicateType.Handover,
            new Handover(handed.Service, handed.Commit.Sha, handed.ArtifactDigest, handed.Origin, handed.HandedBy,
                time.GetUtcNow(), files.Provenance), [handed.ArtifactDigest], stop);
        foreach (var (type, bill) in files.Bill is { } given
            ? [given] : await bills.OfCommitAsync(run.Service, run.Commit, stop))
            await desk.SayAsync(type, bill, [handed.ArtifactDigest], stop);
        foreach (var envelope in files.Envelopes) await desk.AttachAsync(envelope, stop);
        await ResultsAsync([.. files.Results.Select(result => ("", result))], [], desk, handed.ArtifactDigest, stop);
        return Release(id, run, handed.ArtifactDigest, manifest.Digest) with { Spec = handed.Spec, Origin = handed.Origin };
    }

    private static string IdOf(RunState run) => $"{run.Service}-{run.Number}-{run.Commit.Short}";

    private Release Release(string id, RunState run, string digest, string manifest) =>
        new(id, run.Service, run.Number, run.Commit, digest, signer.Sign(digest), run.Spec, time.GetUtcNow())
        {
            ManifestDigest = manifest,
        };

    private async Task<OciDescriptor> KeepAsync(ReleaseConfig config, OciDescriptor artifact, CancellationToken stop)
    {
        await shelf.KeepAsync(config.Service, MediaType.ReleaseConfig, config.Bytes(), stop);
        return await shelf.KeepAsync(config.Service, ReleaseManifest.Of(config, artifact), config.Release, stop);
    }

    private static Task ResultsAsync(RunState run, AttachmentDesk desk, string digest, CancellationToken stop) =>
        ResultsAsync([.. run.Jobs.SelectMany(job => job.Results.Select(result => (job.Name, result)))],
            [.. run.Jobs.SelectMany(job => job.Excused)], desk, digest, stop);

    /// <summary>Reports as files, and a signed statement that names each of them by digest.</summary>
    private static async Task ResultsAsync(
        ImmutableArray<(string Job, JobResult Result)> results, ImmutableArray<string> excused, AttachmentDesk desk,
        string digest, CancellationToken stop)
    {
        if (results.IsEmpty) return;
        var tests = results.Where(each => each.Result.Kind is ResultKind.Tests).ToList();
        if (tests.Count > 0)
            await desk.SayAsync(PredicateType.TestResult,
                new TestResult(excused.IsEmpty ? "PASSED" : "WARNED",
                    [.. tests.Select(each => each.Job).Distinct().Select(job => new ResourceDescriptor { Name = job })],
                    [.. tests.Select(each => TestResult.Report(each.Job, each.Result))])
                {
                    WarnedTests = excused.IsEmpty ? null : excused,
                }, [digest], stop);
        var others = results.Where(each => each.Result.Kind is not (ResultKind.Tests or ResultKind.BillOfMaterials)).ToList();
        if (others.Count > 0)
            await desk.SayAsync(PredicateType.JobResults,
                new JobResults([.. others.Select(each => TestResult.Report(each.Job, each.Result))]), [digest], stop);
        await desk.FilesAsync(results.Select(each => each.Result), stop);
    }
}

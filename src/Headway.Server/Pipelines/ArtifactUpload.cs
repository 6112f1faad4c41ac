using Headway.Core.Pipelines;
using Headway.Server.Artifacts;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Pipelines;

/// <summary>
/// Takes what a job made, as it comes. The server hashes it; what the runner thinks of it does not count.
/// </summary>
public sealed class ArtifactUpload(BlobStore blobs, JobLogs logs, RunnersHeard heard)
{
    /// <summary>
    /// The digest. Throws <see cref="BlobTooLargeException"/> when there are more bytes than allowed.
    /// </summary>
    public async Task<string> KeepAsync(string run, JobState job, HttpRequest request, CancellationToken stop)
    {
        await using var body = new HeardStream(request.Body, () => heard.Heard(run, job));
        var blob = await blobs.WriteAsync(body, stop);
        await logs.KeepDigestAsync(run, job, blob.Digest, stop);
        return blob.Digest;
    }

    /// <summary>
    /// Keeps a file that the job wrote to be read. False when it is larger than <see cref="JobResult.LargestBytes"/>, or
    /// the job has sent too many already: then it is not kept.
    /// </summary>
    public async Task<bool> KeepResultAsync(
        string run, JobState job, ResultKind kind, string path, HttpRequest request, CancellationToken stop)
    {
        if (request.ContentLength is not { } length || length > JobResult.LargestBytes) return false;
        if ((await logs.ResultsAsync(run, job, stop)).Length >= JobResult.Most) return false;
        await using var body = new HeardStream(request.Body, () => heard.Heard(run, job));
        var blob = await blobs.WriteAsync(body, stop);
        await logs.KeepResultAsync(run, job, new(kind, path, blob.Digest, blob.Length), stop);
        return true;
    }
}

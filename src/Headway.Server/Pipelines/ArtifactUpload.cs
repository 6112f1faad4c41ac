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
}

using Headway.Core.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Pipelines;

/// <summary>Takes what a job made, as it comes. The server hashes it; what the runner thinks of it does not count.</summary>
public sealed class ArtifactUpload(
    ArtifactKeeping artifacts, JobLogs logs, RunnersHeard heard, PipelineOptions options)
{
    public string TooLargeSays => $"An artifact may have {options.ArtifactBytes >> 20} MB.";

    /// <summary>The digest, or null when there are more bytes than allowed.</summary>
    public async Task<string?> KeepAsync(string run, JobState job, HttpRequest request, CancellationToken stop)
    {
        if (request.ContentLength > options.ArtifactBytes) return null;
        await using var counted = new CountedStream(request.Body, options.ArtifactBytes, () => heard.Heard(run, job));
        try
        {
            var digest = await artifacts.KeepAsync(counted, stop);
            await logs.KeepDigestAsync(run, job, digest, stop);
            return digest;
        }
        catch (CountedStream.TooLongException)
        {
            return null;
        }
    }
}

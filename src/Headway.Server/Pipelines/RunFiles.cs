using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Server.Sources;

namespace Headway.Server.Pipelines;

/// <summary>What the jobs of a commit may read, by the names that git has for it.</summary>
public sealed class RunFiles(SourceMirrors mirrors)
{
    /// <summary>Null when it cannot be listed: then every job is run.</summary>
    public async Task<ImmutableSortedDictionary<string, string>?> DigestsAsync(
        WatchedService service, Commit commit, ServiceSpec spec, CancellationToken stop)
    {
        if (!spec.Jobs.Any(JobFingerprint.MayStand)) return null;
        try
        {
            var files = await mirrors.Of(service.Source, service.Branch).FilesAsync(commit.Sha, stop);
            return FileSet.DigestsOf(spec.Jobs, files);
        }
        catch (GitFailedException)
        {
            return null;
        }
    }
}

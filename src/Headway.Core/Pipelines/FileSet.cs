using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Headway.Core.Pipelines;

/// <summary>A file of a commit as git lists it: nothing of it is read.</summary>
/// <param name="Mode">`100644`, `100755`, `120000` or `160000`.</param>
/// <param name="Object">Name of its content.</param>
public readonly record struct TreeFile(string Mode, string Object, string Path);

/// <summary>Digests of the files that jobs may read.</summary>
public static class FileSet
{
    /// <summary>Jobs of equal patterns share a digest.</summary>
    public static string NameOf(JobSpec job) => job.Inputs.IsDefaultOrEmpty ? "" : string.Join('\n', job.Inputs);

    /// <summary>By <see cref="NameOf"/>, for all jobs that have use for one.</summary>
    public static ImmutableSortedDictionary<string, string> DigestsOf(
        ImmutableArray<JobSpec> jobs, ImmutableArray<TreeFile> files)
    {
        var digests = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var job in jobs.Where(JobFingerprint.MayStand))
            if (!digests.ContainsKey(NameOf(job)))
                digests[NameOf(job)] = DigestOf(job.Inputs.IsDefaultOrEmpty
                    ? files : [.. files.Where(file => PathPattern.AnyMatches(job.Inputs, file.Path))]);
        return digests.ToImmutable();
    }

    /// <summary>Digest of paths, modes and contents.</summary>
    public static string DigestOf(ImmutableArray<TreeFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files.OrderBy(file => file.Path, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes($"{file.Mode} {file.Object}\t{file.Path}\0"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

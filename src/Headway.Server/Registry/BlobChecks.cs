using System.Collections.Concurrent;

namespace Headway.Server.Registry;

/// <summary>
/// Which files of blobs had their digest lately, when they were pushed or read, so that they need not be hashed at each
/// pull. Known to this process alone: after a restart all are checked again.
/// </summary>
public sealed class BlobChecks(RegistryLimits limits, TimeProvider time)
{
    /// <summary>Remembered at most, about 20 MB; beyond it all are forgotten and checked again.</summary>
    private const int Most = 100_000;

    private readonly ConcurrentDictionary<string, Check> good = new(StringComparer.Ordinal);

    public bool IsGood(string digest, FileStream file) =>
        good.TryGetValue(digest, out var check) && check.WrittenAt == WrittenAt(file) && check.Length == file.Length
        && time.GetUtcNow() - check.At < limits.CheckedFor;

    /// <summary>All of the file was hashed and has the digest.</summary>
    public void Note(string digest, FileStream file)
    {
        if (good.Count >= Most) good.Clear();
        good[digest] = new(WrittenAt(file), file.Length, time.GetUtcNow());
    }

    private static DateTime WrittenAt(FileStream file) => File.GetLastWriteTimeUtc(file.SafeFileHandle);

    private sealed record Check(DateTime WrittenAt, long Length, DateTimeOffset At);
}

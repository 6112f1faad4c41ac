using System.Collections.Immutable;

namespace Headway.Server.Registry.Collecting;

/// <summary>One collection while it runs.</summary>
internal sealed class Work(
    bool isRehearsal, string actor, DateTimeOffset now, IReadOnlyDictionary<string, string> inUse)
{
    private readonly ImmutableArray<Collected>.Builder gone = ImmutableArray.CreateBuilder<Collected>();
    private readonly Dictionary<string, (long Size, int Links)> loose = new(StringComparer.Ordinal);
    private long count, files, bytes;

    public bool IsRehearsal => isRehearsal;
    public string Actor => actor;
    public DateTimeOffset Now => now;
    public IReadOnlyDictionary<string, string> InUse => inUse;

    /// <summary>Blobs that would lose so many links.</summary>
    public IEnumerable<(string Digest, long Size, int Links)> Loose =>
        loose.Select(one => (one.Key, one.Value.Size, one.Value.Links));

    public CollectionReport Report => new(isRehearsal, gone.ToImmutable(), count, files, bytes);

    public void Note(string repository, string kind, string name, string why, long size)
    {
        count++;
        if (gone.Count < CollectionReport.MostShown) gone.Add(new(repository, kind, name, why, size));
    }

    public void Loosen(string digest, long size) =>
        loose[digest] = (size, loose.GetValueOrDefault(digest).Links + 1);

    public void Freed(long size) => (files, bytes) = (files + 1, bytes + size);
}

/// <summary>What a collection took, or would take.</summary>
/// <param name="Gone">The first of them.</param>
/// <param name="Count">Of all tags, manifests and links.</param>
/// <param name="Files">Files of blobs that nothing needs any more.</param>
/// <param name="Bytes">Of those files.</param>
public sealed record CollectionReport(
    bool DryRun, ImmutableArray<Collected> Gone, long Count, long Files, long Bytes)
{
    public const int MostShown = 10_000;

    /// <summary>Uploads that nobody had written to for too long.</summary>
    public int Uploads { get; init; }
}

/// <param name="Kind">`tag`, `manifest` or `blob`.</param>
/// <param name="Size">Of a blob, in bytes; it stays on disk while another repository has it.</param>
public sealed record Collected(string Repository, string Kind, string Name, string Why, long Size);

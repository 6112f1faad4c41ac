using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Headway.Server.Storage;

/// <summary>
/// Who can edit the database can also compute a fitting chain, cut off its end or delete a stream. A signed checkpoint
/// of where every stream stood makes that visible. Each lists only the streams that moved since the one before and is
/// linked to it, so that all together they cover every stream at the cost of what happened:
/// <code>root = SHA256(previous root[32] position count (stream version hash[32])*)</code>
/// in the encoding of <see cref="EventHash"/>.
/// </summary>
internal static class Checkpoints
{
    private const int Page = 1000;

    public static async Task WriteAsync(IEventStore store, SigningKey key, CheckpointMark? mark, CancellationToken stop)
    {
        var last = await LastAsync(store, stop);
        var position = last?.Event.Position ?? 0;
        var heads = new SortedDictionary<string, StreamHead>(StringComparer.Ordinal);
        while (true)
        {
            var page = await store.ReadAllAsync(position, Page, stop);
            foreach (var stored in page)
                if (stored.Stream != StoreEvent.Checkpoints)
                    heads[stored.Stream] = new(stored.Stream, stored.Version, stored.Hash);
            if (page.IsEmpty) break;
            position = page[^1].Position;
        }
        if (heads.Count == 0) return;
        var root = Root(last?.Event.Root ?? EventHash.First, position, [.. heads.Values]);
        var checkpoint = new StoreEvent.Checkpointed(position, [.. heads.Values], root, key.Sign(root));
        var write = EventTypes.Known.Write(StoreEvent.Checkpoints, last?.Version ?? 0, "headway", checkpoint);
        await store.AppendAsync([write], stop);
        mark?.Write((last?.Version ?? 0) + 1, root);
    }

    public static byte[] Root(byte[] previous, long position, ImmutableArray<StreamHead> heads)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        EventHash.Append(hash, position);
        EventHash.Append(hash, heads.Length);
        foreach (var head in heads)
        {
            EventHash.Append(hash, head.Stream);
            EventHash.Append(hash, head.Version);
            hash.AppendData(head.Hash);
        }
        return hash.GetHashAndReset();
    }

    private static async Task<(StoreEvent.Checkpointed Event, long Version)?> LastAsync(
        IEventStore store, CancellationToken stop)
    {
        var heads = await store.ReadHeadsAsync(StoreEvent.Checkpoints, stop);
        if (heads.IsEmpty) return null;
        var version = heads[0].Version;
        var stored = await store.ReadStreamAsync(StoreEvent.Checkpoints, version - 1, stop);
        return ((StoreEvent.Checkpointed)EventTypes.Known.Read(stored[0]), stored[0].Version);
    }
}

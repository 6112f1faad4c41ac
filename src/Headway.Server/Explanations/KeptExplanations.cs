using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Judging.Explanations;
using Headway.Core.Rollouts;
using Headway.Server.Storage;

namespace Headway.Server.Explanations;

/// <summary>
/// Explanations of ended rollouts outlive the evidence: one small row each, packed, the newest of each lane.
/// </summary>
public sealed class KeptExplanations(IEventStore store)
{
    /// <summary>Explanations kept for each lane; one is about 10 KB.</summary>
    public const int MostOfALane = 100;

    public async Task<Explanation?> ReadAsync(RolloutState rollout, CancellationToken stop) =>
        await store.ReadRowAsync(Kind(rollout.Lane), rollout.Id, stop) is { } row ? Unpack(row.Value) : null;

    public async Task KeepAsync(RolloutState rollout, Explanation explanation, CancellationToken stop)
    {
        var kind = Kind(rollout.Lane);
        var old = await store.ReadRowAsync(kind, rollout.Id, stop);
        try
        {
            await store.WriteRowAsync(kind, rollout.Id, old?.Version ?? 0, Pack(explanation), stop);
            if (old is null) await LetGoAsync(kind, stop);
        }
        catch (VersionConflictException)
        {
            // Somebody else keeps the same explanation.
        }
    }

    private async Task LetGoAsync(string kind, CancellationToken stop)
    {
        var rows = await store.ReadRowsAsync(kind, stop);
        if (rows.Length <= MostOfALane) return;
        foreach (var row in rows.OrderByDescending(r => Unpack(r.Value).StartedAt).Skip(MostOfALane))
            await store.DeleteRowAsync(kind, row.Key, row.Version, stop);
    }

    private static string Kind(string lane) => $"explanation/{lane}";

    private static byte[] Pack(Explanation explanation)
    {
        using var packed = new MemoryStream();
        using (var writer = new BrotliStream(packed, CompressionLevel.Optimal))
            JsonSerializer.Serialize(writer, explanation, Wire.Json);
        return packed.ToArray();
    }

    private static Explanation Unpack(byte[] packed)
    {
        using var reader = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<Explanation>(reader, Wire.Json)!;
    }
}

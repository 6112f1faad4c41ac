using System.Collections.Concurrent;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Pacts;
using Headway.Server.Artifacts;

namespace Headway.Server.Pacts;

/// <summary>A file of contracts: a Pact, or what came of verifying some.</summary>
/// <param name="Problem">Why it is neither, or null.</param>
public sealed record PactFile(JsonElement? Pact, string? Provider, Verification? Verification, string? Problem);

/// <summary>Files of contracts by digest, read once.</summary>
public sealed class PactReadings(BlobStore blobs)
{
    private const int Kept = 500;
    private const long BytesKept = 64 << 20;
    private long _bytes;
    private readonly ConcurrentDictionary<string, PactFile> _read = new(StringComparer.Ordinal);

    public async Task<PactFile> OfAsync(string digest, CancellationToken stop)
    {
        if (_read.TryGetValue(digest, out var known)) return known;
        if (_read.Count >= Kept || Interlocked.Read(ref _bytes) >= BytesKept)
        {
            _read.Clear();
            Interlocked.Exchange(ref _bytes, 0);
        }
        return _read[digest] = await ReadAsync(digest, stop);
    }

    private async Task<PactFile> ReadAsync(string digest, CancellationToken stop)
    {
        try
        {
            await using var stream = await blobs.OpenAsync(digest, stop);
            if (stream.Length > PactReader.MostBytes) return Bad($"It is larger than {PactReader.MostBytes >> 20} MB.");
            Interlocked.Add(ref _bytes, stream.Length);
            using var document = await JsonDocument.ParseAsync(stream, new JsonDocumentOptions { MaxDepth = 64 }, stop);
            var root = document.RootElement.Clone();
            if (root.ValueKind is JsonValueKind.Object && root.TryGetProperty("headwayVerification", out _))
                return Verification.Read(root) is { } verification ? new(null, null, verification, null)
                    : Bad("It is no verification that can be read: a part of it is missing.");
            return new(root, PactReader.Read(root).Provider, null, null);
        }
        // What is of another kind than a reader expects (a number where an object should be) is as unreadable as no JSON.
        catch (Exception e) when (e is PactUnreadableException or JsonException or BlobMissingException or BlobCorruptException
            or InvalidOperationException or FormatException)
        {
            return Bad($"It is no contract that can be read: {e.Message}.");
        }
    }

    private static PactFile Bad(string says) => new(null, null, null, says);
}

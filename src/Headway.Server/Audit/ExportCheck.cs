using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Headway.Core;
using Headway.Server.Storage;

namespace Headway.Server.Audit;

/// <summary>What an export comes to.</summary>
/// <param name="Signed">Events that a checkpoint with a right signature covers.</param>
/// <param name="Problem">The first thing that does not fit, with stream and version; null when all does.</param>
public sealed record ExportReport(long Streams, long Events, long Redacted, long Signed, string? Problem);

/// <summary>
/// Verifies an export of the whole record without the server: the chain of every stream, and the signed checkpoints with the public
/// key. One changed byte of an event is found, and where; so is an event that was left out, and a stream that a checkpoint
/// knows and the file does not have. See <see cref="EventHash"/> and <see cref="Checkpoints"/> for the formulae.
/// </summary>
public sealed class ExportCheck(ECDsa key)
{
    private readonly Dictionary<string, (long Version, byte[] Hash)> _heads = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Stream, long Version), byte[]> _hashes = [];
    private byte[] _root = EventHash.First;
    private long _events, _redacted, _signed, _position;
    private string? _problem;

    public void Add(string line)
    {
        StoredEvent? stored;
        try
        {
            stored = JsonSerializer.Deserialize<StoredEvent>(line, Wire.Json);
        }
        catch (JsonException)
        {
            stored = null;
        }
        if (stored?.Hash is null || stored.Stream is null) Found($"Line {(_events + 1).ToString(CultureInfo.InvariantCulture)} is not an event.");
        else Add(stored);
        _events++;
    }

    public ExportReport Report() => new(_heads.Count, _events, _redacted, _signed, _problem);

    private void Add(StoredEvent stored)
    {
        var (version, previous) = _heads.GetValueOrDefault(stored.Stream, (0, EventHash.First));
        var name = $"{stored.Stream}@{stored.Version}";
        if (stored.Version != version + 1) Found($"{stored.Stream} goes on with version {stored.Version} after {version}: events were left out.");
        if (stored.Position <= _position) Found($"{name} stands in the wrong order.");
        if (stored.Payload is { } payload && stored.Salt is { } salt)
        {
            var row = new EventRow(stored.Position, stored.Epoch, stored.Stream, stored.Version, stored.Type, stored.Schema,
                EventRow.MicrosOf(stored.At), stored.Actor, payload, salt, EventHash.Content(salt, payload), stored.Hash);
            if (!EventHash.Chain(previous, row).AsSpan().SequenceEqual(stored.Hash))
                Found($"{name} (position {stored.Position}) does not follow from its predecessor: it was changed.");
        }
        else
        {
            // Its hash is believed because the next one, and a checkpoint, follow from it.
            _redacted++;
        }
        _heads[stored.Stream] = (stored.Version, stored.Hash);
        _hashes[(stored.Stream, stored.Version)] = stored.Hash;
        _position = stored.Position;
        if (stored.Stream == StoreEvent.Checkpoints) Check(name, stored);
    }

    private void Check(string name, StoredEvent stored)
    {
        if (Read(stored) is not { } checkpoint)
        {
            Found($"The checkpoint {name} cannot be read.");
            return;
        }
        if (!Checkpoints.Root(_root, checkpoint.Position, checkpoint.Heads).AsSpan().SequenceEqual(checkpoint.Root)
            || !key.VerifyHash(checkpoint.Root, checkpoint.Signature))
            Found($"The checkpoint {name} is not signed by this key, or does not follow from the one before.");
        foreach (var head in checkpoint.Heads)
            if (!_hashes.TryGetValue((head.Stream, head.Version), out var hash)) Found($"{head.Stream}@{head.Version} was signed and is missing.");
            else if (!hash.AsSpan().SequenceEqual(head.Hash)) Found($"{head.Stream}@{head.Version} is not the event that was signed.");
        _root = checkpoint.Root;
        _signed = _events;
    }

    private static StoreEvent.Checkpointed? Read(StoredEvent stored)
    {
        try
        {
            return EventTypes.Known.Read(stored) as StoreEvent.Checkpointed;
        }
        catch (Exception e) when (e is UnknownEventTypeException or EventUnreadableException)
        {
            return null;
        }
    }

    private void Found(string what) => _problem ??= what;
}

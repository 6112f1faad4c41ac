using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Headway.Server.Storage;

/// <summary>An event as both databases keep it.</summary>
/// <param name="At">Microseconds since 1970-01-01 UTC.</param>
/// <param name="Content">SHA-256 of salt and payload; stays when these are redacted.</param>
internal sealed record EventRow(
    long Position, long Epoch, string Stream, long Version, string Type, int Schema, long At, string Actor,
    byte[]? Payload, byte[]? Salt, byte[] Content, byte[] Hash)
{
    public StoredEvent Stored =>
        new(Position, Epoch, Stream, Version, Type, Schema, TimeOf(At), Actor, Payload, Salt, Hash);

    /// <summary>
    /// The rows that a write adds behind the head of its stream; positions are given by the database.
    /// </summary>
    public static ImmutableArray<EventRow> Follow(StreamHead head, StreamWrite write, long epoch, DateTimeOffset now)
    {
        if (head.Version != write.ExpectedVersion)
            throw new VersionConflictException(write.Stream, write.ExpectedVersion, head.Version);
        var rows = ImmutableArray.CreateBuilder<EventRow>(write.Events.Length);
        var previous = head.Hash;
        foreach (var happened in write.Events)
        {
            var salt = RandomNumberGenerator.GetBytes(EventHash.SaltBytes);
            var row = new EventRow(
                0, epoch, write.Stream, head.Version + rows.Count + 1, happened.Type, happened.Schema, MicrosOf(now),
                happened.Actor, happened.Payload, salt, EventHash.Content(salt, happened.Payload), previous);
            previous = EventHash.Chain(previous, row);
            rows.Add(row with { Hash = previous });
        }
        return rows.MoveToImmutable();
    }

    public static long MicrosOf(DateTimeOffset at) =>
        (at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset TimeOf(long micros) =>
        DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
}

using System.Collections.Immutable;

namespace Headway.Server.Storage;

/// <summary>What every store refuses before it touches anything: mistakes of the program, not of the world.</summary>
internal static class StreamWrites
{
    public const int LongestName = 400;

    /// <summary>In bytes. Far above any event of ours; logs and artifacts are not events.</summary>
    public const int LargestPayload = 16 * 1024 * 1024;

    public static void Check(ImmutableArray<StreamWrite> writes)
    {
        if (writes.IsDefaultOrEmpty) throw new ArgumentException("An append needs at least one stream.",
            nameof(writes));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var write in writes)
        {
            CheckName(write.Stream);
            if (!seen.Add(write.Stream))
                throw new ArgumentException($"{write.Stream} occurs twice in one append.", nameof(writes));
            if (write.Events.IsDefaultOrEmpty)
                throw new ArgumentException($"Nothing is to be appended to {write.Stream}.", nameof(writes));
            if (write.ExpectedVersion < 0)
                throw new ArgumentException($"{write.Stream} cannot be at version {write.ExpectedVersion}.",
                    nameof(writes));
            foreach (var happened in write.Events) CheckEvent(write.Stream, happened);
        }
    }

    private static void CheckEvent(string stream, NewEvent happened)
    {
        if (happened.Type.Length is 0 or > LongestName || happened.Schema < 1)
            throw new ArgumentException(
                $"`{happened.Type}` of schema {happened.Schema} in {stream} is not an event type.");
        if (happened.Payload.Length > LargestPayload)
            throw new ArgumentException(
                $"A `{happened.Type}` of {happened.Payload.Length} bytes in {stream} is above {LargestPayload} bytes.");
    }

    /// <summary>PostgreSQL has no zero character in texts, so no store has.</summary>
    private static void CheckName(string stream)
    {
        if (stream.Length is 0 or > LongestName || stream.Contains('\0'))
            throw new ArgumentException($"A stream's name has 1 to {LongestName} characters and no zero character.");
    }
}

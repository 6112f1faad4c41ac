using System.Collections.Immutable;
using Headway.Core.Rollouts;

namespace Headway.Server.Storage;

/// <summary>Streams as records instead of rows.</summary>
public static class EventStreams
{
    /// <summary>All events of a stream, empty when there is none: to be folded.</summary>
    public static async Task<ImmutableArray<Recorded<T>>> LoadAsync<T>(
        this IEventStore store, string stream, CancellationToken stop) =>
        [.. (await store.ReadStreamAsync(stream, 0, stop)).Select(EventTypes.Known.Recorded<T>)];

    /// <summary>Appends to one stream and returns what was appended, with positions.</summary>
    public static async Task<ImmutableArray<Recorded<T>>> AppendAsync<T>(
        this IEventStore store, string stream, long expectedVersion, string actor, ImmutableArray<T> happened,
        CancellationToken stop)
        where T : class
    {
        var write = Write(stream, expectedVersion, actor, happened);
        return [.. (await store.AppendAsync([write], stop)).Select(EventTypes.Known.Recorded<T>)];
    }

    /// <summary>One stream's part of an append to several.</summary>
    public static StreamWrite Write<T>(string stream, long expectedVersion, string actor, ImmutableArray<T> happened)
        where T : class =>
        new(stream, expectedVersion, [.. happened.Select(one => EventTypes.Known.New(one, actor))]);
}

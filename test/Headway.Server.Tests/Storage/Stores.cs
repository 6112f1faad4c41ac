using System.Collections.Immutable;
using System.Text;
using Headway.Core.Evidence;
using Headway.Server.Storage;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Headway.Server.Tests.Storage;

/// <summary>A store of a kind, empty, and gone with the test.</summary>
public sealed class OpenedStore(IEventStore store, FakeTimeProvider time, Func<ValueTask> clean) : IAsyncDisposable
{
    public IEventStore Store { get; } = store;
    public FakeTimeProvider Time { get; } = time;

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await clean();
    }
}

public static class Stores
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Kinds => new("memory", "sqlite", "postgres");

    /// <summary>Those that outlive their process.</summary>
    public static TheoryData<string> DurableKinds => new("sqlite", "postgres");

    public static async Task<OpenedStore> OpenAsync(string kind)
    {
        if (kind == "memory")
        {
            var time = new FakeTimeProvider(Start);
            return new(new MemoryEventStore(time), time, () => ValueTask.CompletedTask);
        }
        var place = await DurableStore.MakeAsync(kind);
        return new(await place.OpenAsync(), place.Time, place.DisposeAsync);
    }

    public static NewEvent Event(string payload, string type = "test.happened") =>
        new(type, 1, "ann", Encoding.UTF8.GetBytes(payload));

    public static StreamWrite Write(string stream, long expected, params string[] payloads) =>
        new(stream, expected, [.. payloads.Select(payload => Event(payload))]);

    public static Task<ImmutableArray<StoredEvent>> AppendAsync(
        this IEventStore store, string stream, long expected, params string[] payloads) =>
        store.AppendAsync([Write(stream, expected, payloads)], CancellationToken.None);

    /// <summary>
    /// All events, once there are so many. Readers stop below the oldest transaction of the whole PostgreSQL, and the
    /// tests beside this one have transactions too.
    /// </summary>
    public static async Task<ImmutableArray<StoredEvent>> AllAsync(this IEventStore store, int count)
    {
        var deadline = DateTime.UtcNow.AddSeconds(120);
        while (true)
        {
            var all = await store.ReadAllAsync(0, 10_000, CancellationToken.None);
            if (all.Length >= count || DateTime.UtcNow > deadline) return all;
            await Task.Delay(10);
        }
    }

    /// <summary>A checkpoint of everything, the last events too.</summary>
    public static async Task CheckpointAllAsync(this IEventStore store)
    {
        var heads = await store.ReadHeadsAsync("", CancellationToken.None);
        await store.AllAsync((int)heads.Sum(head => head.Version));
        await store.CheckpointAsync(CancellationToken.None);
    }

    public static string Text(this StoredEvent stored) => Encoding.UTF8.GetString(stored.Payload!);

    public static EvidenceBatch Batch(
        long sequence, string boot = "b1", string node = "n1", string lane = "shop/production", int second = 0) =>
        new(node, boot, sequence, lane, 7, Start.AddSeconds(second), SideCounts.None("shop-1") with { Requests = 3 },
            null);

    public static SignalSample Sample(
        long sequence, string signal = "memory", string origin = "n1/b1", string lane = "shop/production",
        int second = 0) =>
        new(lane, signal, origin, sequence, Start.AddSeconds(second), null, SideReading.Read("shop-2", 1.5, double.NaN));
}

public sealed class TempFolder : IAsyncDisposable, IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("headway-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}

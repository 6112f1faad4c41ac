using System.Text.Json;
using System.Threading.Channels;
using Headway.Core;
using Headway.Server.Storage;
using Microsoft.Extensions.Hosting;

namespace Headway.Server.Journal;

/// <summary>Follows the store into the ledger, and tells those who listen. The store is the only truth.</summary>
public sealed class LedgerReader(IEventStore store, Ledger ledger) : BackgroundService
{
    private const int Page = 2000;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    private readonly List<Channel<StoredEvent>> _followers = [];
    private readonly Channel<bool> _pokes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends once everything that was stored before the start is folded.</summary>
    public Task CaughtUp => _caughtUp.Task;

    /// <summary>Something was appended: read on now instead of at the next pace.</summary>
    public void Poke() => _pokes.Writer.TryWrite(true);

    /// <summary>New events from here on. A follower that does not keep up loses the oldest and can see it by position.</summary>
    public ChannelReader<StoredEvent> Follow(int buffer = 1000)
    {
        var channel = Channel.CreateBounded<StoredEvent>(
            new BoundedChannelOptions(buffer) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_followers) _followers.Add(channel);
        return channel.Reader;
    }

    public void Leave(ChannelReader<StoredEvent> reader)
    {
        lock (_followers) _followers.RemoveAll(f => ReferenceEquals(f.Reader, reader));
    }

    /// <summary>An event as people and programs see it.</summary>
    public static string Json(StoredEvent stored) => JsonSerializer.Serialize(new
    {
        stored.Position,
        stored.Stream,
        stored.Version,
        stored.Type,
        stored.At,
        stored.Actor,
        Data = stored.Payload is { } payload ? JsonSerializer.Deserialize<JsonElement>(payload) : (JsonElement?)null,
    }, Wire.Json);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var page = await store.ReadAllAsync(ledger.Position, Page, stoppingToken);
            foreach (var stored in page)
            {
                ledger.Fold(stored);
                if (_caughtUp.Task.IsCompleted) Tell(stored);
            }
            if (page.Length == Page) continue;
            _caughtUp.TrySetResult();
            await PacedAsync(stoppingToken);
        }
    }

    private async Task PacedAsync(CancellationToken stop)
    {
        using var pace = CancellationTokenSource.CreateLinkedTokenSource(stop);
        pace.CancelAfter(Pace);
        try
        {
            await _pokes.Reader.ReadAsync(pace.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
        }
    }

    private void Tell(StoredEvent stored)
    {
        lock (_followers)
            foreach (var follower in _followers) follower.Writer.TryWrite(stored);
    }
}

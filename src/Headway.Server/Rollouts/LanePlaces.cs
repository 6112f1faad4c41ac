using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Targets;
using Headway.Core.Rollouts;
using Headway.Server.Storage;
using Headway.Targets.Gateway;
using Headway.Targets.Nodes;

namespace Headway.Server.Rollouts;

/// <summary>Where a lane's users arrive: chosen once, kept for good, so that addresses do not change at a restart.</summary>
public sealed record LanePlace(int Listen);

/// <summary>Ports and nodes of all lanes.</summary>
public sealed class LanePlaces(IEventStore store, NodeBoard board)
{
    private const string Kind = "lane";
    public const int FirstPort = 8080;
    private readonly ConcurrentDictionary<string, LanePlace> _places = new();
    private readonly ConcurrentDictionary<string, TimeSpan> _delays = new();
    private readonly SemaphoreSlim _turn = new(1, 1);

    public async Task RestoreAsync(CancellationToken stop)
    {
        foreach (var row in await store.ReadRowsAsync(Kind, stop))
            _places[row.Key] = JsonSerializer.Deserialize<LanePlace>(row.Value, Wire.Json)!;
    }

    public LanePlace? Of(string lane) => _places.GetValueOrDefault(lane);

    public LaneTraffic Traffic(string lane) => new(
        Of(lane)?.Listen ?? throw new InvalidOperationException($"{lane} has no port yet."),
        _delays.GetValueOrDefault(lane, TimeSpan.FromSeconds(1)));

    /// <summary>How long slow requests are waited for, from stable's past.</summary>
    public void Delay(string lane, TimeSpan delay) => _delays[lane] = delay;

    /// <summary>The lane's port as asked for, or the first free one; a changed wish is followed.</summary>
    public async Task EnsureAsync(string lane, int wished, CancellationToken stop)
    {
        if (Of(lane) is { } known && (wished == 0 || known.Listen == wished)) return;
        await _turn.WaitAsync(stop);
        try
        {
            var taken = _places.Where(p => p.Key != lane).Select(p => p.Value.Listen).ToHashSet();
            var port = wished != 0 ? wished : Enumerable.Range(FirstPort, 50_000).First(p => !taken.Contains(p));
            var row = await store.ReadRowAsync(Kind, lane, stop);
            var place = new LanePlace(port);
            await store.WriteRowAsync(Kind, lane, row?.Version ?? 0, JsonSerializer.SerializeToUtf8Bytes(place, Wire.Json), stop);
            _places[lane] = place;
        }
        finally
        {
            _turn.Release();
        }
    }

    public ImmutableArray<Part> Parts(string lane) =>
    [
        new(WantedEffects.Workload, "processes", lane, board.Nodes),
        new(WantedEffects.Traffic, "gateway", lane, board.Nodes),
    ];
}

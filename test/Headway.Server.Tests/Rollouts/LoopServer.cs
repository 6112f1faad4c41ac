using System.Collections.Immutable;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Evidence;
using Headway.Core.Nodes;
using Headway.Server.Journal;
using Headway.Server.Rollouts;
using Headway.Server.Storage;
using Headway.Targets;
using Headway.Targets.Gateway;
using Headway.Targets.Nodes;
using Headway.Targets.Processes;

namespace Headway.Server.Tests.Rollouts;

/// <summary>
/// Everything that a server keeps in memory around the real loop, with the real drivers. A new one over the same store is
/// a server that was started again.
/// </summary>
internal sealed class LoopServer
{
    private const string Rows = "desired";
    private readonly IEventStore _store;
    private readonly LaneTurn _turn;
    private readonly Ledger _ledger = new();

    private LoopServer(IEventStore store, TimeProvider time)
    {
        _store = store;
        Board = new(time, store.Epoch, (desired, stop) => store.WriteRowAsync(
            Rows, desired.Node, desired.Version - 1, JsonSerializer.SerializeToUtf8Bytes(desired, Wire.Json), stop));
        var places = new LanePlaces(store, Board);
        var drivers = new TargetDrivers(
            new ProcessesDriver(Board, (_, release) => new(_ledger.Release(release)!.ArtifactDigest, new("./run")), time),
            new GatewayDriver(Board, places.Traffic, time));
        Places = places;
        _turn = new(new(store, _ledger, new(store, _ledger), places, drivers)
        {
            Gates = [(release, environment) => Gate(release, environment)],
        }, time);
    }

    /// <summary>The gate before the lane; open unless a test closes it.</summary>
    public PromotionGate Gate { get; set; } = (_, _) => null;

    public NodeBoard Board { get; }
    public LanePlaces Places { get; }
    public LaneMemory Memory { get; } = new("shop", "production");

    /// <summary>Time until the loop wants its next turn.</summary>
    public TimeSpan Next { get; private set; }

    public static LoopServer Start(IEventStore store, TimeProvider time)
    {
        var server = new LoopServer(store, time);
        foreach (var row in Now(store.ReadRowsAsync(Rows, default)))
            server.Board.Restore(JsonSerializer.Deserialize<DesiredState>(row.Value, Wire.Json)!);
        Done(server.Places.RestoreAsync(default));
        return server;
    }

    public void Turn()
    {
        foreach (var stored in Now(_store.ReadAllAsync(_ledger.Position, int.MaxValue, default))) _ledger.Fold(stored);
        try
        {
            Next = Now(_turn.TakeAsync(Memory, default));
        }
        catch (Exception lost) when (lost is VersionConflictException or FenceRefusedException)
        {
            Memory.Forget();
            Next = TimeSpan.FromMilliseconds(250);
        }
    }

    public void Receive(ImmutableArray<EvidenceBatch> batches)
    {
        foreach (var batch in Now(_store.KeepEvidenceAsync(batches, default)))
            Memory.Inbox.Enqueue(new LaneTrigger.Evidence(batch));
    }

    /// <summary>Nothing in a turn may leave the thread: then the same seed always goes the same way.</summary>
    private static T Now<T>(Task<T> task)
    {
        if (!task.IsCompleted) throw new InvalidOperationException("A turn has left the thread that took it.");
        return task.GetAwaiter().GetResult();
    }

    private static void Done(Task task)
    {
        if (!task.IsCompleted) throw new InvalidOperationException("A turn has left the thread that took it.");
        task.GetAwaiter().GetResult();
    }
}

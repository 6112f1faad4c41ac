using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Nodes;
using Headway.Targets.Nodes;

namespace Headway.Server.Signals;

/// <summary>
/// What nodes report of the instances that they run: one value for each ready instance that is old enough to be
/// compared. A side that has only young ones is seen and shows nothing yet.
/// </summary>
public sealed class InstancesReader(NodeBoard board) : ISignalReader
{
    /// <summary>What a node said longer ago than this is no reading of now.</summary>
    private static readonly TimeSpan Newest = TimeSpan.FromSeconds(15);

    public bool Reads(SignalSource source) => source is SignalSource.Instances;

    public Task<SignalReading> ReadAsync(SignalQuestion question, CancellationToken stop)
    {
        var measure = ((SignalSource.Instances)question.Signal.Source).Measure;
        return Task.FromResult(new SignalReading(
            question.Stable is { } stable ? Side(board, question.Lane, stable.Id, measure, question.At) : null,
            Side(board, question.Lane, question.Candidate.Id, measure, question.At)));
    }

    public static SideReading? Side(
        NodeBoard board, string lane, string release, InstanceMeasure measure, DateTimeOffset at)
    {
        ImmutableArray<InstanceSeen> ready =
        [
            .. from node in board.Nodes
               where board.LastReport(node) is { } last && last.Age <= Newest
               from workload in board.LastReport(node)!.Value.Report.Workloads
               where workload.Lane == lane && workload.Release == release
               from instance in workload.Instances
               where instance.State == "ready"
               orderby instance.Id
               select instance,
        ];
        if (ready.IsEmpty) return null;
        var warm = at - InstanceMeasures.WarmUp(measure);
        return new(release, 0, 0, [.. ready.Where(i => i.StartedAt <= warm).Select(i => ValueOf(i, measure))]);
    }

    private static double ValueOf(InstanceSeen instance, InstanceMeasure measure) => measure switch
    {
        InstanceMeasure.Cpu => instance.CpuCores,
        InstanceMeasure.Memory => instance.MemoryBytes,
        InstanceMeasure.Connections => instance.OpenConnections,
        _ => instance.Restarts,
    };
}

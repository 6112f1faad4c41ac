using Headway.Core.Nodes;
using Headway.Core.Targets;

namespace Headway.Node.Tasks;

/// <summary>What is kept on disk about a task; the outcome is written before it is reported.</summary>
/// <param name="Started">Written before the start: without an exit code nobody can know how far it came.</param>
internal sealed record TaskRecord(TaskWanted Wanted, string HostBoot, bool Started)
{
    public Outcome Outcome { get; init; } = Outcome.Running;
    public int? ExitCode { get; init; }
    public string OutputTail { get; init; } = "";
}

using System.Collections.Immutable;
using Headway.Core.Pipelines;

namespace Headway.Node.Jobs;

/// <summary>What a job may use. Output is bounded by the order itself.</summary>
/// <param name="MemoryBytes">Null: half of the machine. Held where control groups can be made.</param>
/// <param name="DiskBytes">Of the job's source, of its home and of its temporary files, each.</param>
public sealed record JobLimits(
    long? MemoryBytes = null, int Processes = 2048, long DiskBytes = 10L << 30, long SourceBytes = 1L << 30)
{
    /// <summary>Processors' worth of time; null: all of them.</summary>
    public double? Cpu { get; init; }

    /// <summary>The job asked for its memory by itself, so it is held by other means where no group holds it.</summary>
    public bool MemoryAsked { get; init; }

    public static long HalfOfMachine => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    /// <summary>The lower of what the runner gives and what the job asks for.</summary>
    public JobLimits For(JobBounds bounds) => this with
    {
        Cpu = bounds.Cpu is { } cpu ? Math.Min(cpu, Cpu ?? Environment.ProcessorCount) : Cpu,
        MemoryBytes = bounds.MemoryBytes is { } memory ? Math.Min(memory, MemoryBytes ?? HalfOfMachine) : MemoryBytes,
        MemoryAsked = bounds.MemoryBytes is not null,
        Processes = Math.Min(bounds.Processes ?? Processes, Processes),
        DiskBytes = Math.Min(bounds.DiskBytes ?? DiskBytes, DiskBytes),
    };

    /// <summary>Sentences for the log about limits that the job asked for and does not get as it thinks.</summary>
    internal static ImmutableArray<string> Notes(JobBounds asked, JobLimits given, ControlGroup group, bool ownUser)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        if (asked.MemoryBytes > given.MemoryBytes)
            notes.Add($"The runner gives {given.MemoryBytes >> 20} MB of memory, less than the job asks for.");
        if (asked.DiskBytes > given.DiskBytes)
            notes.Add($"The runner gives {given.DiskBytes >> 20} MB of disk, less than the job asks for.");
        if (asked.Processes > given.Processes)
            notes.Add($"The runner gives {given.Processes} processes, fewer than the job asks for.");
        if (asked.MemoryBytes is not null && !group.Holds("memory"))
            notes.Add("Its limit of memory holds for each process, not for all together: this system lets the runner "
                + "make no control groups.");
        if (asked.Cpu is not null && !group.Holds("cpu"))
            notes.Add("Its limit of processor time is not held: this system lets the runner make no control groups.");
        if (asked.Processes is not null && !group.Holds("pids") && !ownUser)
            notes.Add("Its limit of processes is not held: this system lets the runner make no control groups.");
        return notes.ToImmutable();
    }
}

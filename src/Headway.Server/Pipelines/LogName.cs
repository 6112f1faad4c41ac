using Headway.Core.Pipelines;

namespace Headway.Server.Pipelines;

/// <summary>One log: what an attempt of a job wrote, or what a program beside it did.</summary>
/// <param name="Beside">Name of the program beside the job; null: the job itself.</param>
public readonly record struct LogName(string Run, string Job, int Attempt, string? Beside)
{
    /// <summary>Names of what runs beside a job, each with a log of its own.</summary>
    public static IEnumerable<string> Besides(RunState run, string job) =>
        run.Spec.Jobs.FirstOrDefault(each => each.Name == job)?.Room?.Companions.Select(each => each.Name) ?? [];
}

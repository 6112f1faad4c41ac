using System.Collections.Immutable;
using Headway.Core.Pipelines;

namespace Headway.Server.Specs.Jobs;

/// <summary>Jobs as they are written, to jobs as they are run: one for each cell of a matrix.</summary>
internal static class MatrixJobs
{
    public static ImmutableArray<JobSpec> Expand(
        ImmutableArray<Named<JobSpec>> jobs, int limit, SpecNode build, ProblemList problems)
    {
        var cells = jobs.ToDictionary(job => job.Name, job => VariableKeys.CellsOf(job.Written, problems));
        foreach (var job in jobs)
            if (job.Value.Artifact is not null && !cells[job.Name].IsEmpty)
                problems.Add(job.Key.At, $"`{job.Name}` has a matrix and keeps an artifact, of which there can be one",
                    "`artifact` in a job without a matrix that needs this one");
        ImmutableArray<JobSpec> expanded = [.. jobs.SelectMany(job => Of(job, cells))];
        if (expanded.Length > limit)
            problems.Add(build.At, $"with the cells of every matrix there are {expanded.Length} jobs", $"at most {limit}");
        return expanded;
    }

    private static IEnumerable<JobSpec> Of(
        Named<JobSpec> job, Dictionary<string, ImmutableArray<MatrixCell>> cells)
    {
        ImmutableArray<string> needs = [.. job.Value.Needs.SelectMany(need => Names(need, cells)).Distinct()];
        var spec = job.Value with { Name = job.Name, Needs = needs };
        return cells[job.Name].IsEmpty ? [spec] : cells[job.Name].Select(cell => cell with { Job = job.Name })
            .Select(cell => spec with
            {
                Name = cell.Name,
                Matrix = cell,
                Variables = spec.Variables.AddRange(
                    cell.Values.Select(value => KeyValuePair.Create(value.Axis, value.Value))),
            });
    }

    private static IEnumerable<string> Names(string job, Dictionary<string, ImmutableArray<MatrixCell>> cells) =>
        cells.TryGetValue(job, out var found) && !found.IsEmpty
            ? found.Select(cell => (cell with { Job = job }).Name) : [job];
}

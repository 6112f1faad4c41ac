using System.Collections.Immutable;
using Headway.Core;
using Headway.Core.Pipelines;
using Headway.Core.Services;

namespace Headway.Server.Specs;

/// <summary>What single jobs cannot see: names in `needs`, cycles, and which job makes the artifact.</summary>
internal static class JobOrderCheck
{
    public static void Run(SpecNode build, ImmutableArray<Named<JobSpec>> jobs, ProblemList problems)
    {
        CheckArtifacts(build, jobs, problems);
        OfNames(build, jobs, problems);
    }

    /// <summary>Names in `needs` and cycles alone.</summary>
    public static void OfNames(SpecNode build, ImmutableArray<Named<JobSpec>> jobs, ProblemList problems)
    {
        var before = problems.Count;
        CheckNames(build, jobs, problems);
        // A job that is wrong in itself is missing from the list; its own mistake was reported, the order can wait.
        if (problems.Count == before && jobs.Length == ((SpecNode.Map)build).Entries.Length) CheckCycles(
            jobs, problems);
    }

    private static void CheckArtifacts(SpecNode build, ImmutableArray<Named<JobSpec>> jobs, ProblemList problems)
    {
        var keeping = jobs.Where(job => job.Value.Artifact is not null).ToList();
        foreach (var second in keeping.Skip(1))
            problems.Add(second.Key.At, $"`{keeping[0].Name}` and `{second.Name}` both keep an artifact",
                "`artifact` in one job only: it is what is released");
        if (keeping.Count == 0 && jobs.Length == ((SpecNode.Map)build).Entries.Length)
            problems.Add(build.At, "no job keeps an artifact, so there is nothing to release",
                "`artifact: PATH` in one job");
    }

    private static void CheckNames(SpecNode build, ImmutableArray<Named<JobSpec>> jobs, ProblemList problems)
    {
        // Names as written, since a job that is wrong in itself is still there to be needed.
        var names = ((SpecNode.Map)build).Entries.Select(entry => entry.Key.Text).ToHashSet();
        foreach (var job in jobs)
            foreach (var need in job.Value.Needs)
                if (need == job.Name)
                    problems.Add(job.Key.At, $"job `{job.Name}` needs itself", "the name of another job");
                else if (!names.Contains(need))
                    problems.Add(NeedsAt(job, need),
                        $"job `{job.Name}` needs `{SpecNode.Shorten(need)}`, which is no job",
                        string.Join(", ", names.Where(name => name != job.Name)
                            .Select(name => $"`{name}`")) is { Length: > 0 } all
                            ? all : "no `needs`, since there is no other job",
                        NearestWord.To(need, names.Where(name => name != job.Name)));
    }

    private static Mark NeedsAt(Named<JobSpec> job, string need)
    {
        var written = ((SpecNode.Map)job.Written).Entries.First(entry => entry.Key.Text == "needs").Value;
        return written is SpecNode.List list
            ? list.Items.First(item => item is SpecNode.Scalar scalar && scalar.Text.Trim() == need).At
            : written.At;
    }

    private static void CheckCycles(ImmutableArray<Named<JobSpec>> jobs, ProblemList problems)
    {
        foreach (var problem in JobGraph.ProblemsOf([.. jobs.Select(job => job.Value with { Name = job.Name })]))
            problems.Add(jobs.First(job => job.Name == problem.Job).Key.At, problem.Says.TrimEnd('.'));
    }
}

using System.Collections.Immutable;
using Headway.Core.Services;

namespace Headway.Core.Pipelines;

/// <summary>Something wrong with the jobs of a service: which one, and a whole sentence.</summary>
public sealed record JobProblem(string Job, string Says);

/// <summary>Which job needs which: the order they may start in, and what is wrong with it.</summary>
public static class JobGraph
{
    /// <summary>Everything wrong with the graph; empty when it can be carried.</summary>
    public static ImmutableArray<JobProblem> ProblemsOf(ImmutableArray<JobSpec> jobs)
    {
        var problems = ImmutableArray.CreateBuilder<JobProblem>();
        var names = jobs.Select(job => job.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var twice in jobs.GroupBy(job => job.Name).Where(group => group.Count() > 1))
            problems.Add(new(twice.Key, $"Two jobs are called {twice.Key}: give each a name of its own."));
        foreach (var job in jobs)
            foreach (var need in job.Needs.Where(need => !names.Contains(need)))
                problems.Add(new(job.Name, Unknown(job.Name, need, names)));
        if (problems.Count == 0 && Cycle(jobs) is { } cycle)
            problems.Add(new(cycle[0], $"These jobs wait for each other and none could start: {Chain(cycle)}."));
        return problems.ToImmutable();
    }

    /// <summary>
    /// Every job after those that it needs; otherwise as written. Throws when the graph has problems.
    /// </summary>
    public static ImmutableArray<JobSpec> Ordered(ImmutableArray<JobSpec> jobs)
    {
        if (ProblemsOf(jobs) is [var problem, ..]) throw new ArgumentException(problem.Says, nameof(jobs));
        return Peeled(jobs).Ordered;
    }

    /// <summary>Jobs that need the named one, directly or through others.</summary>
    public static ImmutableHashSet<string> DependentsOf(ImmutableArray<JobSpec> jobs, string name)
    {
        var found = ImmutableHashSet<string>.Empty;
        // One pass a level: at most as many passes as jobs.
        for (var more = true; more;)
        {
            var next = found.Union(jobs
                .Where(job => job.Needs.Any(need => need == name || found.Contains(need)))
                .Select(job => job.Name));
            more = next.Count > found.Count;
            found = next;
        }
        return found;
    }

    private static (ImmutableArray<JobSpec> Ordered, ImmutableArray<JobSpec> Stuck) Peeled(ImmutableArray<JobSpec> jobs)
    {
        var ordered = ImmutableArray.CreateBuilder<JobSpec>(jobs.Length);
        var done = new HashSet<string>(StringComparer.Ordinal);
        var left = jobs.ToList();
        while (left.FindIndex(job => job.Needs.All(done.Contains)) is var next and >= 0)
        {
            done.Add(left[next].Name);
            ordered.Add(left[next]);
            left.RemoveAt(next);
        }
        return (ordered.ToImmutable(), [.. left]);
    }

    /// <summary>Walking backwards from a stuck job must meet one twice; from there to there is the cycle.</summary>
    private static ImmutableArray<string>? Cycle(ImmutableArray<JobSpec> jobs)
    {
        var stuck = Peeled(jobs).Stuck.ToDictionary(job => job.Name, StringComparer.Ordinal);
        if (stuck.Count == 0) return null;
        var path = new List<string> { stuck.Keys.First() };
        while (true)
        {
            var next = stuck[path[^1]].Needs.First(stuck.ContainsKey);
            if (path.IndexOf(next) is var seen and >= 0) return [.. path.Skip(seen)];
            path.Add(next);
        }
    }

    private static string Chain(ImmutableArray<string> cycle) =>
        string.Join(", ", cycle.Select((name, at) => $"{name} needs {cycle[(at + 1) % cycle.Length]}"));

    private static string Unknown(string job, string need, HashSet<string> names) =>
        need == job ? $"Job {job} needs itself: remove it from its needs."
        : $"Job {job} needs {need}, which is not a job here: the jobs are {string.Join(", ", names.Order())}.";
}

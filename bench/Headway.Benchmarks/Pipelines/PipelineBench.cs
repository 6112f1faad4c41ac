using System.Collections.Immutable;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using Headway.Benchmarks.Server;
using Headway.Core;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Core.Targets;

namespace Headway.Benchmarks.Pipelines;

/// <summary>How soon a run ends whose jobs are all known, and what deciding about 200 jobs costs.</summary>
public static class PipelineBench
{
    private const int Jobs = 20, Commits = 10, Many = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<int> RunAsync(CancellationToken stop)
    {
        var table = BarTable.Begin();
        var folder = Directory.CreateTempSubdirectory("headway-bench-").FullName;
        try
        {
            await NoChangeAsync(table, folder, stop);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        Deciding(table);
        return table.ExitCode;
    }

    /// <summary>From the push hook, with everything that git does, until the API shows the end of the run.</summary>
    private static async Task NoChangeAsync(BarTable table, string folder, CancellationToken stop)
    {
        var repository = Path.Combine(folder, "repository");
        Directory.CreateDirectory(repository);
        Git(repository, "init", "--quiet", "--initial-branch=main");
        await File.WriteAllTextAsync(Path.Combine(repository, "headway.yaml"), Yaml(), stop);
        Commit(repository);
        await using var installation = await Installation.StartAsync(Path.Combine(folder, "data"), stop);
        using var registered = await installation.Api.PostAsJsonAsync(
            "api/v1/services", new { source = repository }, Wire.Json, stop);
        registered.EnsureSuccessStatusCode();
        var first = await EndedAsync(installation.Api, "bench-1", stop);
        var built = (first.FinishedAt - first.StartedAt)!.Value.TotalSeconds;
        var took = new List<double>();
        for (var number = 2; number < Commits + 2; number++)
        {
            Commit(repository);
            var watch = Stopwatch.StartNew();
            using var told = await installation.Api.PostAsJsonAsync("hooks/push", new { source = repository }, Wire.Json, stop);
            var run = await EndedAsync(installation.Api, $"bench-{number}", stop);
            took.Add(watch.Elapsed.TotalSeconds);
            if (run.Jobs.Any(job => job.Reuses is null)) throw new InvalidOperationException($"{run.Id} ran a job.");
        }
        table.Add($"a run of {Jobs} jobs without a change ends within 1 s of the push",
            $"{BarTable.Median(took):0.00} s, median of {Commits} (slowest {took.Max():0.00} s); building them took {built:0.0} s",
            took.Max() < 1);
    }

    private static async Task<RunState> EndedAsync(HttpClient api, string run, CancellationToken stop)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Patience; await Task.Delay(5, stop))
        {
            using var answer = await api.GetAsync($"api/v1/runs/{run}", stop);
            if (answer.IsSuccessStatusCode
                && await answer.Content.ReadFromJsonAsync<RunState>(Wire.Json, stop) is { IsOpen: false } ended)
                return ended;
        }
        throw new TimeoutException($"{run} did not end.");
    }

    /// <summary>Everything that is decided while 200 jobs are handed out and end, each claim asking what is ready.</summary>
    private static void Deciding(BarTable table)
    {
        ImmutableArray<JobSpec> jobs = [.. Enumerable.Range(0, Many).Select(i => new JobSpec($"j{i}", "true", i == 0 ? "out" : null,
            i >= 10 ? [$"j{i - 10}", $"j{i - 9}"] : [], null, TimeSpan.FromMinutes(1), false))];
        var spec = new ServiceSpec("bench", jobs, new("./run"), ObjectivesSpec.None, []);
        var commit = new Commit(new('a', 40), "Bench", "bench", DateTimeOffset.UnixEpoch);
        var times = Enumerable.Range(0, 5).Select(_ => Drain(new("bench-1", "bench", 1, commit, spec))).ToList();
        table.Add($"deciding {Many} jobs from start to end under 1 s",
            $"{BarTable.Median(times) * 1000:0} ms of the processor for {Many} claims, starts and ends", times.Max() < 1);
    }

    private static double Drain(RunEvent.Started started)
    {
        var watch = Stopwatch.StartNew();
        var (version, run) = (0L, default(RunState));
        Tell(started);
        while (RunDecider.Ending(run!) is null)
        {
            var job = RunDecider.Ready(run!)[0];
            Tell(new RunEvent.JobStarted(job.Name, "r"));
            foreach (var e in RunFollow.Of(run!, EarlierResults.None)) Tell(e);
            Tell(new RunEvent.JobFinished(job.Name, Outcome.Succeeded, 0, "Done.", null));
            foreach (var e in RunFollow.Of(run!, EarlierResults.None)) Tell(e);
        }
        return watch.Elapsed.TotalSeconds;

        void Tell(RunEvent e) => run = RunState.Evolve(run, new(e, ++version, version, DateTimeOffset.UnixEpoch, "bench"));
    }

    private static string Yaml()
    {
        var yaml = new StringBuilder("service: bench\nrun: { command: ./run }\nbuild:\n  j0: { run: \"true\", artifact: . }\n");
        for (var i = 1; i < Jobs; i++) yaml.Append($"  j{i}: {{ run: \"true\", needs: [j{i / 3}] }}\n");
        return yaml.ToString();
    }

    private static void Commit(string folder)
    {
        Git(folder, "add", "--all");
        Git(folder, "-c", "user.name=Bench", "-c", "user.email=bench@example.org", "commit", "--quiet", "--allow-empty", "-m", "Next");
    }

    private static void Git(string folder, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = folder })!;
        git.WaitForExit();
        if (git.ExitCode != 0) throw new InvalidOperationException($"git {arguments[0]} ended with {git.ExitCode}.");
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Headway.Benchmarks.Server;
using Headway.Core;
using Headway.Core.Pipelines;

namespace Headway.Benchmarks.Jobs;

/// <summary>A server and runners as processes of their own, and repositories whose jobs say when they began.</summary>
internal sealed class JobsBed : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private readonly string _folder;
    private readonly List<HeadwayProcess> _processes = [];
    private HttpClient _api = null!;

    private JobsBed(string folder) => _folder = folder;

    private string Data => Path.Combine(_folder, "data");

    /// <param name="runner">Options of a runner that is there from the start; none: it comes later.</param>
    public static async Task<JobsBed> StartAsync(string[] runner, CancellationToken stop)
    {
        var bed = new JobsBed(Directory.CreateTempSubdirectory("headway-bench-").FullName);
        var (server, address, _) = await HeadwayProcess.ServerAsync(bed.Data, stop);
        bed._processes.Add(server);
        bed._api = Installation.Client(address);
        await File.WriteAllTextAsync(
            Path.Combine(bed.Data, "node.token"), await Installation.NodeTokenAsync(bed._api, "bench", stop), stop);
        if (runner.Length > 0) bed.Runner(runner);
        return bed;
    }

    public void Runner(params string[] options) => _processes.Add(HeadwayProcess.Start(
        Data, "runner", ["runner", "--name", "bench", "--token-file", Path.Combine(Data, "node.token"), .. options]));

    /// <summary>The run, once it has ended where there is a runner already, else once it is there.</summary>
    public async Task<RunState> RunAsync(string service, int jobs, bool chained, CancellationToken stop)
    {
        var repository = Path.Combine(_folder, service);
        Directory.CreateDirectory(repository);
        await File.WriteAllTextAsync(Path.Combine(repository, "headway.yaml"), Yaml(service, jobs, chained), stop);
        foreach (var words in new[]
        {
            "init --quiet --initial-branch main", "add --all",
            "-c user.name=Bench -c user.email=bench@localhost -c commit.gpgsign=false commit --quiet --message First",
        })
            await GitAsync(repository, words, stop);
        using var answer = await _api.PostAsJsonAsync(
            "api/v1/services", new { source = repository, branch = "main" }, Wire.Json, stop);
        answer.EnsureSuccessStatusCode();
        return _processes.Count > 1 ? await EndedAsync($"{service}-1", stop) : await UntilAsync($"{service}-1", _ => true, stop);
    }

    public Task<RunState> EndedAsync(string run, CancellationToken stop) => UntilAsync(run, state => !state.IsOpen, stop);

    /// <summary>When the command of a job began, by its own word.</summary>
    public async Task<DateTimeOffset> StampAsync(RunState run, string job, CancellationToken stop)
    {
        var log = await _api.GetStringAsync($"api/v1/runs/{run.Id}/jobs/{job}/log", stop);
        var stamp = log.Split('\n').First(line => line.StartsWith("began ", StringComparison.Ordinal))["began ".Length..];
        return DateTimeOffset.UnixEpoch.AddTicks(long.Parse(stamp, CultureInfo.InvariantCulture) / 100);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes)) await process.DisposeAsync();
        _api.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Yaml(string service, int jobs, bool chained) =>
        $"service: {service}\nbuild:\n" + string.Concat(Enumerable.Range(1, jobs).Select(number =>
            $"  job-{number}: {{ run: \"echo began $(date +%s%N)\""
            + (chained && number > 1 ? $", needs: job-{number - 1}" : "")
            + (number == 1 ? ", artifact: headway.yaml" : "") + " }\n"))
        + "run: { command: ./x }\nrelease: { production: {} }\n";

    private async Task<RunState> UntilAsync(string run, Predicate<RunState> holds, CancellationToken stop)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Limit; await Task.Delay(50, stop))
        {
            using var answer = await _api.GetAsync($"api/v1/runs/{run}", stop);
            if (!answer.IsSuccessStatusCode) continue;
            var state = (await answer.Content.ReadFromJsonAsync<RunState>(Wire.Json, stop))!;
            if (holds(state)) return state;
        }
        throw new InvalidOperationException($"{run} did not come that far within {Limit.TotalMinutes:0} minutes.");
    }

    private static async Task GitAsync(string folder, string words, CancellationToken stop)
    {
        using var git = Process.Start(new ProcessStartInfo("git", words.Split(' ')) { WorkingDirectory = folder })!;
        await git.WaitForExitAsync(stop);
        if (git.ExitCode != 0) throw new InvalidOperationException($"git {words} failed in {folder}.");
    }
}

using System.Diagnostics;
using System.Net.Http.Json;
using Headway.Benchmarks.Server;
using Headway.Core;
using Headway.Core.Rollouts;
using Headway.Server.Rollouts;

namespace Headway.Benchmarks.EndToEnd;

/// <summary>A tiny service in a git repository of its own, carried by an installation.</summary>
internal sealed class ServiceUnderTest : IAsyncDisposable
{
    public const string Service = "bench";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private readonly Installation _installation;
    private readonly string _repository;
    private int _number;

    private ServiceUnderTest(Installation installation, string repository, int port) =>
        (_installation, _repository, Port) = (installation, repository, port);

    /// <summary>Where users of production arrive.</summary>
    public int Port { get; }

    public HttpClient Api => _installation.Api;

    public static async Task<ServiceUnderTest> StartAsync(string folder, string data, CancellationToken stop)
    {
        // Jobs and instances may run as other users than the one who measures; they have to get through.
        foreach (var each in new[] { Path.GetDirectoryName(folder)!, folder })
            if (each.Contains("headway-bench-", StringComparison.Ordinal))
                File.SetUnixFileMode(each, File.GetUnixFileMode(each)
                    | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var repository = Path.Combine(folder, "service");
        Directory.CreateDirectory(repository);
        await GitAsync(repository, stop, "init", "--quiet", "--initial-branch", "main");
        var ports = TinyProgram.FreePorts(2);
        TinyProgram.Write(repository, ports[0], ports[1]);
        return new(await Installation.StartAsync(data, stop), repository, ports[1]);
    }

    /// <summary>Commits a version that fails so many of its requests, 0 to 1.</summary>
    /// <returns>Its number, which its release has too.</returns>
    public async Task<int> PushAsync(double failing, CancellationToken stop)
    {
        _number++;
        TinyProgram.WriteFailing(_repository, _number, failing);
        await GitAsync(_repository, stop, "add", "--all");
        await GitAsync(_repository, stop, "-c", "user.name=Bench", "-c", "user.email=bench@localhost",
            "-c", "commit.gpgsign=false", "commit", "--quiet", "--message", $"Version {_number}");
        if (_number == 1)
        {
            using var answer = await Api.PostAsJsonAsync(
                "api/v1/services", new { source = _repository, branch = "main" }, Wire.Json, stop);
            answer.EnsureSuccessStatusCode();
        }
        return _number;
    }

    /// <summary>Waits until users in production meet the release: its instances are placed, and it has a share.</summary>
    public Task<RolloutState> ExposedAsync(int number, CancellationToken stop) =>
        RolloutAsync(number, rollout => rollout.History.Length > 2 || rollout.End is not null, stop);

    /// <summary>Ends a canary that nobody uses, so that the next commit finds its lane free.</summary>
    public async Task AbortAsync(RolloutState rollout, CancellationToken stop)
    {
        using var answer = await Api.PostAsJsonAsync(
            $"api/v1/rollouts/{rollout.Id}/abort", new { reason = "It was seen." }, Wire.Json, stop);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Waits until the release's rollout in production has ended.</summary>
    public Task<RolloutState> EndedAsync(int number, CancellationToken stop) =>
        RolloutAsync(number, rollout => rollout.End is not null, stop);

    public async Task<LaneView> LaneAsync(CancellationToken stop) =>
        (await Api.GetFromJsonAsync<LaneView>($"api/v1/lanes/{Service}/production", Wire.Json, stop))!;

    public ValueTask DisposeAsync() => _installation.DisposeAsync();

    private async Task<RolloutState> RolloutAsync(int number, Predicate<RolloutState> done, CancellationToken stop)
    {
        var waited = Stopwatch.StartNew();
        for (; waited.Elapsed < Limit; await Task.Delay(100, stop))
        {
            var rollouts = await Api.GetFromJsonAsync<RolloutView[]>(
                $"api/v1/rollouts?service={Service}&environment=production&limit=5", Wire.Json, stop);
            var own = rollouts!.Select(view => view.State).FirstOrDefault(rollout =>
                rollout.Candidate.StartsWith($"{Service}-{number}-", StringComparison.Ordinal));
            if (own is not null && done(own)) return own;
        }
        throw new InvalidOperationException($"Release {number} did not come that far within {Limit.TotalSeconds} s: "
            + await Api.GetStringAsync($"api/v1/services/{Service}/why", stop));
    }

    private static async Task GitAsync(string folder, CancellationToken stop, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = folder })!;
        await git.WaitForExitAsync(stop);
        if (git.ExitCode != 0) throw new InvalidOperationException($"git {arguments[0]} failed in {folder}.");
    }
}

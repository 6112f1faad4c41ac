using System.Diagnostics;
using System.Net.Http.Json;
using Headway.Benchmarks.Server;
using Headway.Core;
using Headway.Server.Host;
using Headway.Server.Rollouts;

namespace Headway.Benchmarks.Rollouts;

/// <summary>
/// Bar 4: many rollouts at once, in the real server process, with a node that is played: what a server costs that
/// judges a thousand every second, and how ten thousand that wait come back after a kill.
/// </summary>
public static class RolloutsBench
{
    private const int Judged = 1_000, Waiting = 10_000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15), Measured = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LoadLimit = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(CancellationToken stop)
    {
        var table = BarTable.Begin();
        var folder = Directory.CreateTempSubdirectory("headway-bench-").FullName;
        try
        {
            await JudgeAsync(table, Path.Combine(folder, "judged"), stop);
            await WaitAsync(table, Path.Combine(folder, "waiting"), stop);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return table.ExitCode;
    }

    private static async Task JudgeAsync(BarTable table, string data, CancellationToken stop)
    {
        await Seed.WriteAsync(data, Judged, waits: false, stop);
        var (server, address, _) = await HeadwayProcess.ServerAsync(data, stop);
        await using (server)
        await using (var node = await SimulatedNode.StartAsync(address, stop))
        {
            await Task.Delay(WarmUp, stop);
            var (watch, cpu, late, batches) = (Stopwatch.StartNew(), server.Cpu(), node.Late, node.Batches);
            await Task.Delay(Measured, stop);
            var seconds = watch.Elapsed.TotalSeconds;
            var cores = (server.Cpu() - cpu).TotalSeconds / seconds;
            var memory = server.Memory();
            var judged = await JudgedAsync(address, stop);
            table.Add($"{Judged} rollouts judged every second: under 0.5 cores",
                $"{cores:0.00} cores, {(node.Batches - batches) / seconds:0} batches of evidence a second kept, {node.Late - late} seconds late, {judged} of 20 looked at are being judged",
                cores < 0.5 && judged == 20);
            table.Add("the same: under 400 MB", $"{memory:0} MB resident, {server.Threads()} threads", memory < 400);
        }
    }

    private static async Task WaitAsync(BarTable table, string data, CancellationToken stop)
    {
        await Seed.WriteAsync(data, Waiting, waits: true, stop);
        var (first, address, _) = await HeadwayProcess.ServerAsync(data, stop);
        await LoadedAsync(address, stop);
        await Task.Delay(TimeSpan.FromSeconds(5), stop);
        var (threads, memory) = (first.Threads(), first.Memory());
        first.Kill();
        await first.DisposeAsync();
        var watch = Stopwatch.StartNew();
        var (second, again, ready) = await HeadwayProcess.ServerAsync(data, stop);
        await using (second)
        {
            var folded = ready + await LoadedAsync(again, stop);
            var (loaded, cpu) = (watch.Elapsed, second.Cpu());
            table.Add($"{Waiting} rollouts waiting: no thread each", $"{threads} threads, {memory:0} MB resident", threads < 100);
            table.Add("the same: start after kill -9 within 5 s",
                $"{ready.TotalSeconds:0.00} s until /healthz answers, {folded.TotalSeconds:0.00} s until the record is folded, {loaded.TotalSeconds:0.00} s until the last lane has had its turn ({cpu.TotalSeconds:0.00} s of processor time)",
                loaded.TotalSeconds <= 5);
        }
    }

    /// <summary>Lanes get their first turns in order of name, so the last one is the last.</summary>
    /// <returns>After how long the record knew its rollout; its turn comes later.</returns>
    private static async Task<TimeSpan> LoadedAsync(ServerAddress address, CancellationToken stop)
    {
        using var api = Installation.Client(address);
        var services = Enumerable.Range(0, Waiting / Seed.EnvironmentsEach)
            .Select(i => $"service-{i}").Order(StringComparer.Ordinal);
        var last = $"api/v1/lanes/{services.Last()}/stage-{Seed.EnvironmentsEach - 1}";
        var watch = Stopwatch.StartNew();
        TimeSpan? folded = null;
        for (; watch.Elapsed < LoadLimit; await Task.Delay(100, stop))
        {
            using var answer = await api.GetAsync(last, stop);
            if (!answer.IsSuccessStatusCode) continue;
            var lane = (await answer.Content.ReadFromJsonAsync<LaneView>(Wire.Json, stop))!;
            if (lane.Rollout is not null) folded ??= watch.Elapsed;
            if (lane.Verdict is not null) return folded ?? watch.Elapsed;
        }
        throw new InvalidOperationException($"The lanes were not loaded within {LoadLimit.TotalSeconds} s.");
    }

    private static async Task<int> JudgedAsync(ServerAddress address, CancellationToken stop)
    {
        using var api = Installation.Client(address);
        var judged = 0;
        for (var i = 0; i < Seed.EnvironmentsEach; i++)
        {
            var lane = await api.GetFromJsonAsync<LaneView>($"api/v1/lanes/service-{i}/stage-{i}", Wire.Json, stop);
            if (lane is { Rollout.State.IsOpen: true, Verdict.Evidence.CandidateTrials: > 50 }) judged++;
        }
        return judged;
    }
}

using System.Runtime.InteropServices;
using Headway.Benchmarks.EndToEnd;
using Headway.Benchmarks.Gateway;
using Headway.Benchmarks.Jobs;
using Headway.Benchmarks.Judging;
using Headway.Benchmarks.Pipelines;
using Headway.Benchmarks.Policies;
using Headway.Benchmarks.Promql;
using Headway.Benchmarks.Registry;
using Headway.Benchmarks.Rollouts;
using Headway.Benchmarks.Server;
using Headway.Benchmarks.Storage;
using Headway.Benchmarks.Telemetry;

using var ended = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
try
{
    return await RunAsync();
}
catch (OperationCanceledException) when (ended.IsCancellationRequested)
{
    return 130;
}

// The processes that a measurement has started end with it.
void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    ended.Cancel();
}

async Task<int> RunAsync() => args switch
{
    [GatewayParts.Word, .. var part] => await GatewayParts.RunAsync(part),
    ["all", ..] => await AllAsync(),
    [var word, .. var rest] => await OneAsync(word, rest),
    _ => Unknown(),
};

async Task<int> AllAsync()
{
    var worst = 0;
    foreach (var word in new[]
    {
        "audit", "judge", "signals", "endtoend", "gateway", "jobs", "shadow", "pipelines", "policies", "promql", "registry", "rollouts", "server",
        "storage", "telemetry",
    })
    {
        Console.WriteLine($"\n## {word}\n");
        worst = Math.Max(worst, await OneAsync(word, []));
    }
    return worst;
}

async Task<int> OneAsync(string word, string[] rest) => (word, Number(rest)) switch
{
    ("audit", { IsWrong: false } events) => await AuditBench.RunAsync(events.Value ?? 1_000_000, ended.Token),
    ("judge", _) => JudgeBench.Run(rest),
    ("signals", { IsWrong: false } runs) => SignalBench.Run(runs.Value ?? 400, rest is [_, var world, ..] ? world : ""),
    ("endtoend", { IsWrong: false } runs) => await EndToEndBench.RunAsync(runs.Value ?? 10, ended.Token),
    ("gateway", { IsWrong: false } rounds) => await GatewayBench.RunAsync(
        Console.Out, rounds.Value ?? 6, TimeSpan.FromSeconds(1), ended.Token),
    ("jobs", _) => await JobsBench.RunAsync(ended.Token),
    ("pipelines", _) => await PipelineBench.RunAsync(ended.Token),
    ("policies", _) => PolicyBench.Run(),
    ("promql", _) => await PromqlBench.RunAsync(ended.Token),
    ("registry", { IsWrong: false } megabytes) => await RegistryBench.RunAsync(megabytes.Value ?? 1024, ended.Token),
    ("shadow", { IsWrong: false } rounds) => await ShadowBench.RunAsync(
        Console.Out, rounds.Value ?? 15, TimeSpan.FromSeconds(2), ended.Token),
    ("rollouts", _) => await RolloutsBench.RunAsync(ended.Token),
    ("server", _) => await ServerBench.RunAsync(ended.Token),
    ("storage", _) => StorageBench.Run(rest),
    ("telemetry", _) => await TelemetryBench.RunAsync(ended.Token),
    _ => Unknown(),
};

static (int? Value, bool IsWrong) Number(string[] rest) => rest switch
{
    [] or [['-', '-', ..], ..] => (null, false),
    [var text, ..] when int.TryParse(text, out var number) && number > 0 => (number, false),
    _ => (null, true),
};

static int Unknown()
{
    Console.Error.WriteLine("Say what to measure: audit [EVENTS], judge [--runs N], signals [RUNS [WORLD]], endtoend [RUNS], "
        + "gateway [ROUNDS], jobs, shadow [ROUNDS], pipelines, policies, promql, registry [MEGABYTES], rollouts, server, "
        + "storage [--postgres ADDRESS], telemetry, or all.");
    return 2;
}

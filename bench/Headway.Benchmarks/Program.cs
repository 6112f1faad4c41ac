using System.Runtime.InteropServices;
using Headway.Benchmarks.EndToEnd;
using Headway.Benchmarks.Gateway;
using Headway.Benchmarks.Judging;
using Headway.Benchmarks.Rollouts;
using Headway.Benchmarks.Server;
using Headway.Benchmarks.Storage;

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
    foreach (var word in new[] { "judge", "endtoend", "gateway", "rollouts", "server", "storage" })
    {
        Console.WriteLine($"\n## {word}\n");
        worst = Math.Max(worst, await OneAsync(word, []));
    }
    return worst;
}

async Task<int> OneAsync(string word, string[] rest) => (word, Number(rest)) switch
{
    ("judge", _) => JudgeBench.Run(rest),
    ("endtoend", { IsWrong: false } runs) => await EndToEndBench.RunAsync(runs.Value ?? 10, ended.Token),
    ("gateway", { IsWrong: false } rounds) => await GatewayBench.RunAsync(
        Console.Out, rounds.Value ?? 6, TimeSpan.FromSeconds(1), ended.Token),
    ("rollouts", _) => await RolloutsBench.RunAsync(ended.Token),
    ("server", _) => await ServerBench.RunAsync(ended.Token),
    ("storage", _) => StorageBench.Run(rest),
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
    Console.Error.WriteLine("Say what to measure: judge [--runs N], endtoend [RUNS], gateway [ROUNDS], rollouts, server, "
        + "storage [--postgres ADDRESS], or all.");
    return 2;
}

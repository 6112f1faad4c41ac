using Headway.Benchmarks.Server;

namespace Headway.Benchmarks.Rollouts;

/// <summary>Bar 4.</summary>
public static class RolloutsBench
{
    public static Task<int> RunAsync(CancellationToken stop) => Task.FromResult(BarTable.Begin().ExitCode);
}

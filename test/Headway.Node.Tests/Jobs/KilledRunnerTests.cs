using System.Diagnostics;
using System.Reflection;
using Headway.Node.Jobs;
using Xunit;

namespace Headway.Node.Tests.Jobs;

/// <summary>A runner that is killed leaves nothing running, at once or at its next start.</summary>
public sealed class KilledRunnerTests
{
    [Theory]
    [InlineData(nameof(Isolation.Namespaces))]
    [InlineData(nameof(Isolation.Session))]
    public async Task Nothing_of_a_job_outlives_its_killed_runner(string isolation)
    {
        using var bench = await CommandBench.MakeAsync();
        if (isolation is nameof(Isolation.Namespaces)) bench.NeedNamespaces();
        var word = $"{Random.Shared.Next(100_000_000, 999_999_999)}";
        using var runner = StartRunner(bench.Data, isolation, $"setsid sleep {word} & sleep {word}");
        try
        {
            await CommandBench.UntilAsync(() => Sleeping(word) == 2, "The job did not start.");
            Posix.Signal(runner.Id, Posix.Kill);
            // Without namespaces only the shell dies with its runner; the rest is what the next start finds.
            if (isolation is nameof(Isolation.Session)) Leftovers.EndAll(Shaped(bench.Sandbox, isolation, bench.Data));
            await CommandBench.UntilAsync(() => Sleeping(word) == 0, "Something is left running.");
        }
        finally
        {
            if (!runner.HasExited) runner.Kill();
            foreach (var pid in CommandBench.ProcessesWith($"sleep\0{word}")) Posix.Signal(pid, Posix.Kill);
            var home = Shaped(bench.Sandbox, isolation, bench.Data).Home;
            if (home != bench.Sandbox.Home && Directory.Exists(home)) Directory.Delete(home, recursive: true);
        }
    }

    /// <summary>What the started process does: carries one job until it is killed.</summary>
    public static async Task<int> RunJobAsync(string data, string isolation, string command)
    {
        var found = await Sandbox.DetectAsync(
            new(new("http://127.0.0.1:1"), "", "bench", data), CancellationToken.None);
        var sandbox = Shaped(found, isolation, data);
        using var group = ControlGroup.Make("headway-test-killed", new(1L << 30, 100));
        await using var process = JobProcess.Start(
            sandbox.Start(sandbox.MakeFolder(), CommandBench.Order(command), group),
            async (output, stop) => await Console.OpenStandardOutput().WriteAsync(output, stop), () => { });
        return await process.ExitedAsync(CancellationToken.None);
    }

    private static Sandbox Shaped(Sandbox found, string isolation, string data) =>
        isolation is not nameof(Isolation.Session) ? found : found with
        {
            Isolation = Isolation.Session, Home = Path.Combine("/var/tmp", Path.GetFileName(data) + "-killed"),
        };

    private static int Sleeping(string word) =>
        CommandBench.ProcessesWith($"sleep\0{word}").Count(pid => !IsZombie(pid));

    private static bool IsZombie(int pid)
    {
        try { return File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal); }
        catch (IOException) { return true; }
    }

    private static Process StartRunner(string data, string isolation, string command)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet")
            start.ArgumentList.Add(Assembly.GetExecutingAssembly().Location);
        foreach (var argument in new[] { "test-job", data, isolation, command }) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}

using System.Diagnostics;
using Headway.Cli.Terminal;

namespace Headway.Cli.Testing;

/// <summary>Builds the test projects and runs them, one after the other, each as a process of its own.</summary>
internal sealed class TestRun(string root, bool soak)
{
    public string Root => root;

    private TimeSpan Limit => soak ? TimeSpan.FromHours(4) : TimeSpan.FromMinutes(30);

    /// <summary>Everything, or only what the words name.</summary>
    public async Task BuildAsync(string[] words, CancellationToken stop)
    {
        IEnumerable<string> targets = words.Length == 0 ? ["Headway.slnx"] : Projects(words)
            .Select(name => $"test/{name}");
        foreach (var target in targets)
        {
            var (code, output) = await CaptureAsync("dotnet",
                ["build", Path.Combine(root, target), "-c", "Release", "-v", "q", "-nologo", "-clp:NoSummary"], stop);
            if (code != 0) throw new CliException(ExitCode.No, $"The build failed:\n{output}");
        }
    }

    /// <summary>Test projects by folder, the fast ones first.</summary>
    public IEnumerable<string> Projects(string[] words) =>
        Directory.GetDirectories(Path.Combine(root, "test"), "*.Tests").Select(path => Path.GetFileName(path)!)
            .Where(name => words.Length == 0 || words.Any(
                word => name.Contains(word, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(name => name.Contains("Core", StringComparison.Ordinal) ? 0 : 1)
                .ThenBy(name => name, StringComparer.Ordinal);

    public async Task<TestOutcome> RunAsync(string project, string? postgres, Screen screen, CancellationToken stop)
    {
        var folder = Path.Combine(root, "artifacts", "test");
        Directory.CreateDirectory(folder);
        var report = Path.Combine(folder, $"{project}.xml");
        File.Delete(report);
        var began = Stopwatch.GetTimestamp();
        var start = new ProcessStartInfo("dotnet",
            [Path.Combine(root, "artifacts", "bin", project, "release", $"{project}.dll"), "-noColor", "-noLogo",
                "-result-xml", report])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = root,
        };
        if (postgres is not null) start.Environment["HEADWAY_TEST_POSTGRES"] = postgres;
        if (soak) start.Environment["HEADWAY_SOAK"] = "1";
        // Each of some hundred hosts would watch files otherwise, and a user may have 128 watches.
        start.Environment["DOTNET_hostBuilder__reloadConfigOnChange"] = "false";
        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Tell(screen, line.Data);
        process.ErrorDataReceived += (_, line) => Tell(screen, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var inTime = await EndsAsync(process, stop);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        if (!inTime) return TestOutcome.Broken(project, $"did not end within {Limit.TotalMinutes:0} minutes", seconds);
        var outcome = TestOutcome.Read(project, report);
        if (outcome is null) return TestOutcome.Broken(
            project, $"ended with {process.ExitCode} and without a report", seconds);
        // An ending that the report does not explain is a failure, too.
        return process.ExitCode != 0 && outcome.Failed == 0
            ? outcome + TestOutcome.Broken(project, $"ended with {process.ExitCode}", 0) with { Project = project }
            : outcome with { Seconds = seconds };
    }

    private static void Tell(Screen screen, string? line)
    {
        if (string.IsNullOrWhiteSpace(line) || line.StartsWith("  Discover", StringComparison.Ordinal)
            || line.StartsWith("  Start", StringComparison.Ordinal)
                || line.StartsWith("  Finish", StringComparison.Ordinal)
            || line.Contains("TEST EXECUTION SUMMARY", StringComparison.Ordinal)
                || line.Contains("Total: ", StringComparison.Ordinal))
            return;
        screen.Note(line);
    }

    private async Task<bool> EndsAsync(Process process, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            stop.ThrowIfCancellationRequested();
            return false;
        }
    }

    private static async Task<(int Code, string Output)> CaptureAsync(
        string program, string[] arguments, CancellationToken stop)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(stop), process.StandardError.ReadToEndAsync(stop));
        await process.WaitForExitAsync(stop);
        return (process.ExitCode, await output + await error);
    }
}

using System.CommandLine;
using System.Diagnostics;
using Headway.Cli.Terminal;

namespace Headway.Cli.Testing;

/// <summary>`headway bench`: builds the benchmarks and runs them, from a clone of the source.</summary>
internal static class BenchCommand
{
    public static Command Build()
    {
        var words = new Argument<string[]>("what") { Description = "What to measure, and its settings.",
            Arity = ArgumentArity.ZeroOrMore };
        var command = new Command(
            "bench", "Measure Headway beside others in one run (from a clone of its source).") { words };
        // The settings of a measurement are its own: they go to it as they stand.
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((result, stop) => RunAsync(Screen.Of(result), result.GetValue(words) ?? [], stop));
        return command;
    }

    private static async Task<int> RunAsync(Screen screen, string[] words, CancellationToken stop)
    {
        var root = SourceTree.Find();
        screen.Note("Building ...");
        var build = await DotnetAsync(
            ["build", Path.Combine(root, "bench", "Headway.Benchmarks"), "-c", "Release", "-v", "q", "-nologo",
                "-clp:NoSummary"],
            stop);
        if (build != 0) throw new CliException(ExitCode.No, "The benchmarks do not build.");
        var program = Path.Combine(root, "artifacts", "bin", "Headway.Benchmarks", "release", "Headway.Benchmarks.dll");
        return await DotnetAsync([program, .. words, .. screen.Json ? ["--json"] : Array.Empty<string>()], stop);
    }

    /// <summary>Shares the terminal, so that it shows what it does as it does it.</summary>
    private static async Task<int> DotnetAsync(string[] arguments, CancellationToken stop)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments))!;
        try
        {
            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return process.ExitCode;
    }
}

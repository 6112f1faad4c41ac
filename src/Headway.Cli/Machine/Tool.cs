using System.Diagnostics;

namespace Headway.Cli.Machine;

/// <summary>Runs a program of the machine and takes what it says.</summary>
internal static class Tool
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// What the program wrote; null when it is not there. Killed, with what it started, after 10 seconds.
    /// </summary>
    public static async Task<ToolRun?> RunAsync(string program, string[] arguments, string? folder,
        CancellationToken stop)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
            WorkingDirectory = folder ?? "",
        };
        start.Environment["LC_ALL"] = "C";
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new(process.ExitCode, (await output).Trim(), (await error).Trim());
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            return new(-1, "", $"{program} did not end within {Limit.TotalSeconds} seconds.");
        }
    }
}

internal sealed record ToolRun(int ExitCode, string Output, string Error)
{
    public bool Ok => ExitCode == 0;
}

using System.Diagnostics;

namespace Headway.Cli.Scans;

/// <summary>What a tool printed and how it ended.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Errors)
{
    private const int MostCharacters = 64 << 20;
    private const int TailCharacters = 400;

    /// <summary>The last of what it said, for a sentence.</summary>
    public string Tail
    {
        get
        {
            var said = (Errors.Trim().Length > 0 ? Errors : Output).Trim().ReplaceLineEndings(" ");
            return said.Length <= TailCharacters ? said : "..." + said[^TailCharacters..];
        }
    }

    public static async Task<ToolRun> RunAsync(string tool, string[] arguments, string folder, CancellationToken stop)
    {
        var start = new ProcessStartInfo(tool, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(stop);
            var output = await process.StandardOutput.ReadToEndAsync(stop);
            await process.WaitForExitAsync(stop);
            return new(process.ExitCode, output.Length <= MostCharacters ? output : "", await errors);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return new(127, "", $"{tool} is not here: {e.Message}");
        }
    }
}

using System.Diagnostics;
using System.Text.Json;

namespace Headway.Cli.Tests.MainPath;

/// <summary>The built program beside the tests, as a process of its own.</summary>
internal static class RunningProgram
{
    private static string Dotnet =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";

    private static string Headway => Path.Combine(AppContext.BaseDirectory, "headway.dll");

    /// <summary>In a session of its own and with its output in a file, as `headway up` starts it.</summary>
    public static Process Start(string log, params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/setsid",
            ["/bin/sh", "-c", "exec \"$@\" >>\"$TEST_LOG\" 2>&1 </dev/null", "sh", Dotnet, Headway, .. arguments]);
        start.Environment["TEST_LOG"] = log;
        return Process.Start(start)!;
    }

    /// <summary>A command as a person or a script runs it.</summary>
    public static Task<Ran> CommandAsync(params string[] arguments) => CommandWithAsync("", arguments);

    /// <summary>The same with something on standard input.</summary>
    public static async Task<Ran> CommandWithAsync(string input, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Dotnet, [Headway, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await error);
    }

    /// <summary>The one value that `--json` prints.</summary>
    public static JsonElement Json(this Ran ran) => JsonDocument.Parse(ran.Out).RootElement;
}

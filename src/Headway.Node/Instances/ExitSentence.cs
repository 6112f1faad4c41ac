using System.Globalization;

namespace Headway.Node.Instances;

/// <summary>How a program ended, as a sentence that says what to look at.</summary>
internal static class ExitSentence
{
    private static readonly Dictionary<int, string> Signals = new()
    {
        [1] = "SIGHUP", [2] = "SIGINT", [3] = "SIGQUIT", [4] = "SIGILL", [6] = "SIGABRT", [7] = "SIGBUS",
        [8] = "SIGFPE", [9] = "SIGKILL", [11] = "SIGSEGV", [13] = "SIGPIPE", [15] = "SIGTERM",
    };

    public static string Of(int? code, TimeSpan? after, string? lastLine)
    {
        var time = after is { } lived ? $" after {Said(lived)}" : "";
        var how = code switch
        {
            null => $"ended{time}, its exit code is not known (it was killed together with its shim)",
            126 => $"exited with code 126{time}: the command is not executable",
            127 => $"exited with code 127{time}: the command was not found",
            > 128 and < 160 => $"was killed by {Signals.GetValueOrDefault(code.Value - 128, "a signal")} "
                               + $"({code - 128}){time}",
            _ => $"exited with code {code}{time}",
        };
        return lastLine is null ? $"{how}; it wrote nothing." : $"{how}; last line: {lastLine}";
    }

    public static string OutOfMemory(long? limit, TimeSpan after) =>
        $"was killed after {Said(after)} because it used more memory than its limit"
        + (limit is { } bytes ? $" of {bytes / (1024 * 1024)} MB." : ".");

    public static string Said(TimeSpan time) => time.TotalSeconds < 10
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");
}

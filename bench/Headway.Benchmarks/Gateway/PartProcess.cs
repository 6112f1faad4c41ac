using System.Diagnostics;

namespace Headway.Benchmarks.Gateway;

/// <summary>A process of the benchmark; ends with it.</summary>
internal sealed class PartProcess(Process process) : IDisposable
{
    /// <summary>This program again, as one of its own parts.</summary>
    public static PartProcess Self(params string[] arguments)
    {
        var dotnet = Environment.ProcessPath!;
        var start = new ProcessStartInfo(dotnet) { RedirectStandardInput = true };
        if (Path.GetFileNameWithoutExtension(dotnet) == "dotnet")
            start.ArgumentList.Add(typeof(PartProcess).Assembly.Location);
        start.ArgumentList.Add(GatewayParts.Word);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return new(Process.Start(start)!);
    }

    public static PartProcess Of(string program, params string[] arguments) =>
        new(Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true })!);

    /// <summary>Processor time so far, of the process and of its children (nginx works in those).</summary>
    public TimeSpan Cpu()
    {
        var sum = Time(process.Id);
        var children = $"/proc/{process.Id}/task/{process.Id}/children";
        if (File.Exists(children))
            foreach (var child in File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                sum += Time(int.Parse(child));
        return sum;
    }

    private static TimeSpan Time(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        const int ticksPerSecond = 100;
        return TimeSpan.FromSeconds((double)(long.Parse(fields[11]) + long.Parse(fields[12])) / ticksPerSecond);
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }
}

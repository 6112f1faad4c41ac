using System.Diagnostics;

namespace Headway.Server.Tests.Telemetry;

/// <summary>The test program started again as a server that receives telemetry, to be killed.</summary>
internal sealed class ReceivingChild : IDisposable
{
    private const string Variable = "HEADWAY_TEST_RECEIVES_IN";
    private readonly Process _process;

    private ReceivingChild(Process process, string address) =>
        (_process, Client) = (process, new() { BaseAddress = new(address) });

    public HttpClient Client { get; }

    public static async Task<ReceivingChild> StartAsync(string folder)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(ReceivingChild).Assembly.Location])
        {
            RedirectStandardOutput = true, Environment = { [Variable] = folder },
        })!;
        var address = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));
        return new(process, address ?? throw new InvalidOperationException("The child did not start."));
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
        Client.Dispose();
    }

    /// <summary>True when this process is such a child, and ends without a kill.</summary>
    public static async Task<bool> RunWhenAskedAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } folder) return false;
        await using var server = await OtlpServer.StartAsync(folder: folder);
        Console.WriteLine(server.HttpAddress);
        await Task.Delay(Timeout.Infinite);
        return true;
    }
}

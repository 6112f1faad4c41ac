using System.Text.Json;
using Headway.Core;
using Headway.Node.Control;

namespace Headway.Node.Tests.Programs;

/// <summary>A node, or its gateway, in a process of its own, so that a test can kill it.</summary>
public static class NodeProgram
{
    /// <param name="options">As JSON: what a test changes of the options.</param>
    public static async Task<int> RunAsync(string options)
    {
        var chosen = JsonSerializer.Deserialize<NodeChoice>(options, Wire.Json)!;
        using var stop = new CancellationTokenSource();
        using var term = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
            {
                signal.Cancel = true;
                stop.Cancel();
            });
        return await ControlProgram.RunAsync(chosen.ToOptions(), stop.Token);
    }

    public static async Task<int> RunGatewayAsync(string file)
    {
        using var stop = new CancellationTokenSource();
        using var term = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
            {
                signal.Cancel = true;
                stop.Cancel();
            });
        return await GatewayStart.RunAsync(file, stop.Token);
    }
}

public sealed record NodeChoice(Uri Server, string Data)
{
    public ControlOptions ToOptions() => new() { Server = Server, Token = "secret", Node = "n1", Data = Data };
}

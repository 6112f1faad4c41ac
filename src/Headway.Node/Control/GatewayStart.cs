using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Headway.Core;
using Headway.Node.Gateway;
using Headway.Node.Instances;

namespace Headway.Node.Control;

/// <summary>
/// Starts this program again as a gateway, `headway gateway --options FILE`, in a session of its own and with its
/// output in a file, so that it outlives control.
/// </summary>
public static class GatewayStart
{
    private const long LongestLog = 16 * 1024 * 1024;
    /// <summary>Longest path of a Unix socket, without the end (unix(7)).</summary>
    private const int LongestSocketPath = 107;

    /// <summary>What the sub-command runs: a gateway by the options that control has written.</summary>
    public static Task<int> RunAsync(string optionsFile, CancellationToken stop)
    {
        using var file = File.OpenRead(optionsFile);
        var options = JsonSerializer.Deserialize<GatewayOptions>(file, Wire.Json)
            ?? throw new InvalidOperationException($"{optionsFile} holds no options of a gateway.");
        return GatewayProgram.RunAsync(options, stop);
    }

    /// <summary>By the mark in their environment, gateways are found that no record names.</summary>
    internal static string MarkOf(string data) => Path.Combine(Path.GetFullPath(data), "gateway");

    internal static GatewayRunning Start(ControlOptions options)
    {
        var folder = Directory.CreateDirectory(MarkOf(options.Data)).FullName;
        var name = Guid.NewGuid().ToString("n")[..8];
        var sockets = SocketFolder(options.Data, folder);
        var gateway = new GatewayOptions(options.Node, Path.GetFullPath(options.Data),
            Path.Combine(sockets, $"{name}.a"), Path.Combine(sockets, $"{name}.h"));
        var file = Path.Combine(folder, $"{name}.json");
        AtomicFile.Write(file, options.GatewayOptions?.Invoke(gateway) ?? gateway);
        var log = Path.Combine(folder, "gateway.log");
        if (File.Exists(log) && new FileInfo(log).Length > LongestLog) File.Move(log, log + ".1", overwrite: true);

        var start = new ProcessStartInfo("setsid") { UseShellExecute = false };
        foreach (var argument in (string[])["/bin/sh", "-c", "log=$1; shift; exec \"$@\" </dev/null >>\"$log\" 2>&1",
            "headway-gateway", log, .. options.Program ?? [.. OwnProgram], "gateway", "--options", file])
            start.ArgumentList.Add(argument);
        start.Environment[ProcessTable.MarkVariable] = folder;
        using var process = Process.Start(start) ?? throw new IOException("The gateway could not be started.");
        return new(ProcessIdentity.Of(process.Id) ?? new(Gateway.HostBoot.Id, process.Id, -1),
            gateway.AdminSocket, gateway.HandoverSocket!);
    }

    internal static void Forget(GatewayRunning gateway)
    {
        File.Delete(gateway.AdminSocket);
        File.Delete(gateway.HandoverSocket);
    }

    private static string[] OwnProgram =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet"
            ? [Environment.ProcessPath!, Assembly.GetEntryAssembly()!.Location]
            : [Environment.ProcessPath!];

    /// <summary>Beside the data, or under /tmp when the path of the data folder is too long for a socket.</summary>
    private static string SocketFolder(string data, string folder)
    {
        if (folder.Length + "/12345678.h".Length <= LongestSocketPath) return folder;
        var other = Path.Combine(Path.GetTempPath(), $"headway-{NodeKey.Of(data)}");
        Directory.CreateDirectory(other, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return other;
    }
}

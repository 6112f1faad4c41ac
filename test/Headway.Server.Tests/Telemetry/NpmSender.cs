using System.Diagnostics;
using Headway.Server.Tests.Storage;
using Xunit;

namespace Headway.Server.Tests.Telemetry;

/// <summary>
/// OpenTelemetry's JavaScript SDK, installed by npm in the versions of the lock file, and a program that uses it.
/// </summary>
internal sealed class NpmSender : IDisposable
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(3), SendLimit = TimeSpan.FromMinutes(1);
    private readonly TempFolder _folder = new();

    public static async Task<NpmSender> InstallAsync()
    {
        var sender = new NpmSender();
        var files = Path.Combine(AppContext.BaseDirectory, "Telemetry", "npm");
        foreach (var file in Directory.GetFiles(files))
            File.Copy(file, Path.Combine(sender._folder.Path, Path.GetFileName(file)));
        var (code, output) = await sender.RunAsync(
            "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], InstallLimit);
        if (code == 0) return sender;
        sender.Dispose();
        Assert.Skip($"npm could not install OpenTelemetry's JavaScript SDK here: {output}");
        return null;
    }

    public async Task SendAsync(string http, string grpc, string attributes)
    {
        var (code, output) = await RunAsync("node", ["send.mjs", http, grpc], SendLimit, attributes);
        Assert.True(code == 0 && output.TrimEnd().EndsWith("sent", StringComparison.Ordinal), output);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<(int Code, string Output)> RunAsync(
        string program, string[] arguments, TimeSpan limit, string attributes = "")
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["OTEL_RESOURCE_ATTRIBUTES"] = attributes },
        };
        try
        {
            using var process = Process.Start(start)!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            using var end = new CancellationTokenSource(limit);
            try
            {
                await process.WaitForExitAsync(end.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return (-1, $"{program} did not end within {limit.TotalMinutes:0} minutes.");
            }
            return (process.ExitCode, await errors + await output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{program} is not installed here.");
            return default;
        }
    }
}

using System.Net;
using Headway.Node.Gateway.Forwarding;
using Headway.Node.Gateway.Handover;
using Microsoft.Extensions.Logging;

namespace Headway.Node.Gateway;

/// <summary>
/// The gateway process. It serves by the state on its disk until control says something newer, waits for the listening
/// sockets on its handover socket (or binds the ports of its state itself, without one), and drains when it is stopped
/// or asked to.
/// </summary>
public static class GatewayProgram
{
    /// <summary>Serves until stopped, then drains. 0 when it ended as asked.</summary>
    public static async Task<int> RunAsync(GatewayOptions options, CancellationToken stop)
    {
        using var logs = LoggerFactory.Create(logging => logging
            .SetMinimumLevel(LogLevel.Warning)
            .AddFilter("Headway", LogLevel.Information)
            .AddSimpleConsole(console => console.SingleLine = true));
        return await RunAsync(options, TimeProvider.System, logs, stop);
    }

    internal static async Task<int> RunAsync(
        GatewayOptions options, TimeProvider time, ILoggerFactory logs, CancellationToken stop)
    {
        var log = logs.CreateLogger("Headway.Gateway");
        using var body = new GatewayBody(options, time, log);
        using var desk = options.HandoverSocket is { } path ? new HandoverDesk(path, log) : null;
        using var ended = new CancellationTokenSource();
        var answering = desk?.RunAsync(ended.Token) ?? Task.CompletedTask;
        await using var admin = AdminApi.Build(options, body, logs);
        await admin.StartAsync(stop);
        File.SetUnixFileMode(options.AdminSocket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var beating = body.BeatAsync(ended.Token);
        try
        {
            await ServeAsync(options, body, desk, logs, stop);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(answering, beating);
        }
    }

    private static async Task ServeAsync(
        GatewayOptions options, GatewayBody body, HandoverDesk? desk, ILoggerFactory logs, CancellationToken stop)
    {
        var log = logs.CreateLogger("Headway.Gateway");
        using var upstream = new Upstream(options, logs);
        await using var accessLog = options.AccessLogBytes > 0
            ? new AccessLog(Path.Combine(options.DataFolder, "access", "access.jsonl"), options.AccessLogBytes)
            : null;
        var door = new FrontDoor(options, body.Routes, body.Clock, upstream, accessLog);
        var sockets = desk is null ? Own(body) : await desk.GivenAsync(stop);
        await using var server = new PublicServer(door, sockets, logs);
        await server.StartAsync(stop);
        desk?.NowServing();
        log.LogInformation("Serving on {Ports}.", string.Join(", ", sockets.Ports));
        await Task.WhenAny(body.Draining, Task.Delay(Timeout.Infinite, stop));
        body.Drain();
        await server.DrainAsync(options, body.Clock.Time);
    }

    private static ListeningSockets Own(GatewayBody body) => ListeningSockets.Bind(
        IPAddress.Loopback, body.Routes.State?.Routes.Select(route => route.Listen) ?? []);
}

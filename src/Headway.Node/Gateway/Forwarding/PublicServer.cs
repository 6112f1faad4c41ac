using Headway.Node.Gateway.Handover;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Headway.Node.Gateway.Forwarding;

/// <summary>
/// Kestrel on the sockets that control has given. HTTP/1.1 and HTTP/2 without TLS share a port: a connection that
/// opens with the preface of HTTP/2 is handed to a second server that speaks only that.
/// </summary>
internal sealed class PublicServer : IAsyncDisposable
{
    private readonly PausableListeners listeners;
    private readonly Http2Listener http2Connections = new();
    private readonly KestrelServer http1, http2;
    private readonly FrontDoor door;

    public PublicServer(FrontDoor door, ListeningSockets sockets, ILoggerFactory logs)
    {
        this.door = door;
        var transport = new SocketTransportOptions { Backlog = ListeningSockets.Backlog };
        listeners = new(new SocketTransportFactory(Options.Create(transport), logs));
        var forHttp1 = Limited(door.Options);
        foreach (var descriptor in sockets.Duplicates())
        {
            forHttp1.ListenHandle((ulong)descriptor, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => new Http2Handoff(next, http2Connections, door.Options.HeadersTimeout).OnConnectionAsync);
            });
        }
        http1 = new(Options.Create(forHttp1), listeners, logs);
        var forHttp2 = Limited(door.Options);
        forHttp2.Listen(Http2Listener.Place, listen => listen.Protocols = HttpProtocols.Http2);
        http2 = new(Options.Create(forHttp2), http2Connections, logs);
    }

    private static KestrelServerOptions Limited(GatewayOptions options)
    {
        var server = new KestrelServerOptions { AddServerHeader = false };
        var limits = server.Limits;
        limits.RequestHeadersTimeout = options.HeadersTimeout;
        limits.KeepAliveTimeout = options.KeepAlive;
        limits.MaxRequestHeadersTotalSize = options.MaxHeaderBytes;
        limits.MaxRequestLineSize = Math.Min(16 << 10, options.MaxHeaderBytes);
        limits.MaxRequestHeaderCount = 100;
        limits.MaxRequestBodySize = options.MaxBodyBytes;
        limits.MaxConcurrentConnections = options.MaxConnections;
        limits.MinRequestBodyDataRate = new(options.MinBodyBytesPerSecond, TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new(options.MinBodyBytesPerSecond, TimeSpan.FromSeconds(5));
        limits.Http2.MaxStreamsPerConnection = 256;
        return server;
    }

    public async Task StartAsync(CancellationToken stop)
    {
        await http2.StartAsync(door, stop);
        await http1.StartAsync(door, stop);
    }

    /// <summary>
    /// The order that loses no request: take no new connection, ask clients on open ones to leave, wait for those that
    /// were about to send, then for what is open, and only then close.
    /// </summary>
    public async Task DrainAsync(GatewayOptions options, TimeProvider time)
    {
        var limit = time.GetUtcNow() + options.DrainLimit;
        await listeners.UnbindAsync();
        door.IsDraining = true;
        await Task.Delay(options.DrainWait, time);
        while (door.Inside > 0 && time.GetUtcNow() < limit) await Task.Delay(TimeSpan.FromMilliseconds(50), time);
        using var atOnce = new CancellationTokenSource(TimeSpan.FromSeconds(door.Inside > 0 ? 0 : 2), time);
        await Task.WhenAll(http2.StopAsync(atOnce.Token), http1.StopAsync(atOnce.Token));
    }

    public ValueTask DisposeAsync()
    {
        http1.Dispose();
        http2.Dispose();
        return ValueTask.CompletedTask;
    }
}

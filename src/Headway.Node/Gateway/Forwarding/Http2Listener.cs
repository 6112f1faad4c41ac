using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Headway.Node.Gateway.Forwarding;

/// <summary>A listener whose connections come from the other server's, once they have turned out to speak HTTP/2.</summary>
internal sealed class Http2Listener : IConnectionListenerFactory, IConnectionListener
{
    public static readonly EndPoint Place = new DnsEndPoint("http2.handed.over", 1);
    private readonly Channel<ConnectionContext> connections = Channel.CreateUnbounded<ConnectionContext>();

    public EndPoint EndPoint => Place;

    public bool TryGive(ConnectionContext connection) => connections.Writer.TryWrite(connection);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken stop = default) =>
        ValueTask.FromResult<IConnectionListener>(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken stop = default) =>
        await connections.Reader.WaitToReadAsync(stop) && connections.Reader.TryRead(out var connection)
            ? connection
            : null;

    public ValueTask UnbindAsync(CancellationToken stop = default)
    {
        connections.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}

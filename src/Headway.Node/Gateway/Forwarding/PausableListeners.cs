using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Headway.Node.Gateway.Forwarding;

/// <summary>Kestrel's listeners, kept at hand: a gateway that drains stops accepting while it goes on serving.</summary>
internal sealed class PausableListeners(IConnectionListenerFactory inner) : IConnectionListenerFactory
{
    private readonly ConcurrentBag<IConnectionListener> listeners = [];

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken stop = default)
    {
        var listener = await inner.BindAsync(endpoint, stop);
        listeners.Add(listener);
        return listener;
    }

    public async Task UnbindAsync()
    {
        foreach (var listener in listeners) await listener.UnbindAsync();
    }
}

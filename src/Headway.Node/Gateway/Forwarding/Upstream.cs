using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Headway.Node.Gateway.Forwarding;

/// <summary>The way to the instances: YARP's forwarder and one pool of connections.</summary>
internal sealed class Upstream : IDisposable
{
    /// <summary>
    /// Shorter than what servers commonly allow (Node.js: 5 s), so that a request seldom meets a connection that the
    /// instance is just closing.
    /// </summary>
    private static readonly TimeSpan KeepIdle = TimeSpan.FromSeconds(4);
    private readonly ServiceProvider services;
    private readonly IHttpForwarder forwarder;
    private readonly HttpMessageInvoker invoker;
    private readonly ForwarderRequestConfig request, upgrade;

    public Upstream(GatewayOptions options, ILoggerFactory logs)
    {
        services = new ServiceCollection().AddSingleton(logs).AddLogging().AddHttpForwarder().BuildServiceProvider();
        forwarder = services.GetRequiredService<IHttpForwarder>();
        invoker = new(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionIdleTimeout = KeepIdle,
        });
        request = new()
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            ActivityTimeout = options.ActivityTimeout,
        };
        upgrade = request with { ActivityTimeout = options.UpgradeIdle };
    }

    public ValueTask<ForwarderError> SendAsync(Passage passage)
    {
        var http = passage.Http;
        var upgrades = http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            || http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };
        return forwarder.SendAsync(http, passage.Instance!.Prefix, invoker, upgrades ? upgrade : request, passage);
    }

    public void Dispose()
    {
        invoker.Dispose();
        services.Dispose();
    }
}

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Headway.Server.Access;

/// <summary>
/// What one client can take from the server before it is turned away. Applied with <see cref="Apply"/>.
/// </summary>
public sealed class ServerLimits
{
    /// <summary>All headers of a request together; more is answered with 431.</summary>
    public int HeaderBytes { get; set; } = 32 * 1024;

    public int Headers { get; set; } = 100;

    /// <summary>The request line; more is answered with 414.</summary>
    public int LineBytes { get; set; } = 8 * 1024;

    /// <summary>A body that no endpoint said more about (<see cref="AllowBody"/>); more is answered with 413.</summary>
    public long BodyBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>How long a client may take to send its headers; then it is answered with 408 and cut off.</summary>
    public TimeSpan HeadersWithin { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Slowest body, in bytes a second; a client that is slower after five seconds is cut off.</summary>
    public double SlowestBody { get; set; } = 240;

    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>All connections; further ones are closed at once.</summary>
    public long Connections { get; set; } = 10_000;

    public void Apply(KestrelServerOptions kestrel)
    {
        var limits = kestrel.Limits;
        limits.MaxRequestHeadersTotalSize = HeaderBytes;
        limits.MaxRequestHeaderCount = Headers;
        limits.MaxRequestLineSize = LineBytes;
        limits.MaxRequestBodySize = BodyBytes;
        limits.RequestHeadersTimeout = HeadersWithin;
        limits.MinRequestBodyDataRate = new(SlowestBody, TimeSpan.FromSeconds(5));
        limits.KeepAliveTimeout = KeepAlive;
        limits.MaxConcurrentConnections = Connections;
        limits.MaxConcurrentUpgradedConnections = Connections;
        kestrel.AddServerHeader = false;
    }

    /// <summary>Called by an endpoint that takes uploads, before it reads the body.</summary>
    public static void AllowBody(HttpContext context, long bytes)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = bytes;
    }
}

using System.Net;
using Headway.Node.Gateway.Counting;
using Headway.Node.Gateway.Routing;
using Headway.Node.Gateway.Shadows;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Headway.Node.Gateway.Forwarding;

/// <summary>
/// One request on its way through the gateway, and what is done to its headers on both ways. Kestrel keeps it with the
/// connection and it is used again for the next request there.
/// </summary>
internal sealed class Passage(FrontDoor door) : HttpTransformer
{
    private string? remote;
    private ulong remoteHash;

    public DefaultHttpContext Http { get; } = new();
    public int Port { get; private set; }
    public Lane? Lane { get; set; }
    public LaneRoute? Route { get; set; }
    public Side Side { get; set; }
    public Instance? Instance { get; set; }
    public long StartedAt { get; private set; }
    public int Attempts { get; set; }
    public bool IsGrpc { get; private set; }

    /// <summary>Null for requests that are no evidence: an override, a retry of the client, a stand-in.</summary>
    public Ticket? Ticket { get; private set; }

    /// <summary>Not null when a copy of it goes to a candidate once the user has the answer.</summary>
    public MirroredRequest? Mirrored { get; set; }

    /// <summary>How it ended, once it has.</summary>
    public RequestEnd? End { get; set; }

    /// <summary>Asks for a stream of events, which ends when somebody leaves.</summary>
    public bool IsEndless { get; private set; }

    /// <summary>What the gRPC status said, when the HTTP status does not tell.</summary>
    public RequestEnd? GrpcEnd { get; private set; }

    /// <summary>The user has all of the answer, so what becomes of a body that nobody waits for changes nothing.</summary>
    public bool IsAnswered { get; private set; }

    public string TraceParent { get; private set; } = "";
    public string RequestId { get; private set; } = "";

    public void Enter(IFeatureCollection features, long now)
    {
        Http.Initialize(features);
        StartedAt = now;
        if (remote is null)
        {
            Port = Http.Connection.LocalPort;
            remote = Http.Connection.RemoteIpAddress?.ToString() ?? "unknown";
            remoteHash = Routing.Client.HashOf(remote, 6);
        }
        IsEndless = Http.Request.Headers.Accept is [ "text/event-stream" ];
        IsGrpc = Http.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) ?? false;
    }

    public void Count(in Ticket ticket) => Ticket = ticket;

    public void Leave()
    {
        Http.Uninitialize();
        Mirrored?.Go();
        Mirrored = null;
        (Lane, Route, Instance, Ticket) = (null, null, null, null);
        (End, GrpcEnd) = (null, null);
        (Attempts, Side, IsAnswered) = (0, Side.Stable, false);
        (TraceParent, RequestId) = ("", "");
    }

    public Client ClientOf(GatewayOptions options) =>
        Routing.Client.Of(Http.Request, options, options.TrustForwarded ? ForwardedHash() : remoteHash);

    public string Remote => remote!;

    private ulong ForwardedHash()
    {
        var forwarded = Http.Request.Headers["x-forwarded-for"].ToString().AsSpan();
        var last = forwarded[(forwarded.LastIndexOf(',') + 1)..].Trim();
        return last.IsEmpty ? remoteHash : Routing.Client.HashOf(last, 6);
    }

    public override async ValueTask TransformRequestAsync(
        HttpContext context, HttpRequestMessage request, string destinationPrefix, CancellationToken stop)
    {
        await base.TransformRequestAsync(context, request, destinationPrefix, stop);
        if (IsGrpc && HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }
        var incoming = context.Request.Headers;
        var outgoing = request.Headers;
        outgoing.Remove(FrontDoor.ReleaseHeader);
        outgoing.Remove(MirroredRequest.Header);
        Forwarded(incoming, outgoing);
        TraceParent = Tracing.Continue(incoming, outgoing);
        RequestId = Tracing.RequestId(incoming, outgoing);
        Mirrored?.Asked(context.Request, request);
    }

    /// <summary>Says who asked; what a stranger claims about it is dropped.</summary>
    private void Forwarded(IHeaderDictionary incoming, System.Net.Http.Headers.HttpRequestHeaders outgoing)
    {
        var before = incoming["x-forwarded-for"];
        if (before.Count > 0) outgoing.Remove("x-forwarded-for");
        outgoing.TryAddWithoutValidation(
            "x-forwarded-for", before.Count > 0 && door.Options.TrustForwarded ? $"{before}, {remote}" : remote);
        if (door.Options.TrustForwarded && incoming.ContainsKey("x-forwarded-proto")) return;
        outgoing.Remove("x-forwarded-proto");
        outgoing.TryAddWithoutValidation("x-forwarded-proto", Http.Request.Scheme);
        outgoing.Remove("x-forwarded-host");
        outgoing.TryAddWithoutValidation("x-forwarded-host", Http.Request.Host.Value);
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext context, HttpResponseMessage? response, CancellationToken stop)
    {
        var go = await base.TransformResponseAsync(context, response, stop);
        if (response is null) return go;
        var headers = context.Response.Headers;
        if (door.Options.NameRelease) headers[FrontDoor.ReleaseHeader] = Instance!.Release;
        if (IsGrpc && response.Headers.NonValidated.TryGetValues("grpc-status", out var status))
            GrpcEnd = RequestEnds.OfGrpc(status.ToString());
        door.Answered(this, (int)response.StatusCode);
        if (Mirrored is not null) response.Content = Mirrored.Answered(response);
        return go;
    }

    public override ValueTask TransformResponseTrailersAsync(
        HttpContext context, HttpResponseMessage response, CancellationToken stop)
    {
        if (IsGrpc && response.TrailingHeaders.NonValidated.TryGetValues("grpc-status", out var status))
            GrpcEnd = RequestEnds.OfGrpc(status.ToString());
        IsAnswered = true;
        return base.TransformResponseTrailersAsync(context, response, stop);
    }
}

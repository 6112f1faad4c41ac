using Headway.Node.Gateway.Counting;
using Headway.Node.Gateway.Routing;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Headway.Node.Gateway.Forwarding;

/// <summary>
/// What happens to each request: lane by port, client, side, instance, forwarding, counting. It sits on Kestrel
/// directly, without a middleware pipeline, because nothing else is to happen here.
/// </summary>
internal sealed class FrontDoor(
    GatewayOptions options, GatewayRoutes routes, TickClock clock, Upstream upstream, AccessLog? accessLog)
    : IHttpApplication<Passage>
{
    public const string ReleaseHeader = "x-headway-release";
    private const int MostAttempts = 3;
    private int inside;

    public GatewayOptions Options => options;

    /// <summary>From now on every answer closes its connection, so that clients go to the successor.</summary>
    public bool IsDraining { get; set; }

    /// <summary>Requests and WebSockets that are being served.</summary>
    public int Inside => Volatile.Read(ref inside);

    public Passage CreateContext(IFeatureCollection features)
    {
        var container = features as IHostContextContainer<Passage>;
        var passage = container?.HostContext ?? new Passage(this);
        if (container is not null) container.HostContext = passage;
        Interlocked.Increment(ref inside);
        passage.Enter(features, clock.Now);
        return passage;
    }

    public void DisposeContext(Passage passage, Exception? exception)
    {
        if (exception is not null) End(passage, RequestEnd.Failed);
        if (accessLog is not null) Log(passage, accessLog);
        passage.Leave();
        Interlocked.Decrement(ref inside);
    }

    public Task ProcessRequestAsync(Passage passage)
    {
        if (IsDraining) AskToLeave(passage.Http);
        passage.Lane = routes.ByPort(passage.Port);
        passage.Route = passage.Lane?.Route;
        if (passage.Route is null) return Refusals.NoLaneAsync(passage.Http);
        var client = passage.ClientOf(options);
        if (options.AllowOverride && passage.Http.Request.Headers.TryGetValue(ReleaseHeader, out var named))
            return NamedAsync(passage, named.ToString());
        if (passage.Route.Stage.DrawsRequests) client = client with { Hash = (ulong)Random.Shared.NextInt64() };
        return SplitAsync(passage, client);
    }

    /// <summary>A person chose the side: served, never counted, and never silently by another release.</summary>
    private Task NamedAsync(Passage passage, string name)
    {
        if (passage.Route!.SideNamed(name) is not { } side) return Refusals.NoSuchReleaseAsync(passage.Http, name);
        passage.Side = side;
        passage.Instance = Balance.Pick(passage.Route.InstancesOf(side), passage.StartedAt);
        return passage.Instance is null
            ? Refusals.NoSuchReleaseAsync(passage.Http, name)
            : ForwardAsync(passage);
    }

    private Task SplitAsync(Passage passage, in Client client)
    {
        var route = passage.Route!;
        passage.Side = route.SideOf(client.Hash);
        passage.Instance = Balance.Pick(route.InstancesOf(passage.Side), passage.StartedAt);
        var standsIn = passage is { Instance: null, Side: Side.Candidate };
        if (standsIn)
        {
            passage.Side = Side.Stable;
            passage.Instance = Balance.Pick(route.Stable, passage.StartedAt);
        }
        if (!standsIn && !IsRetry(passage.Http.Request.Headers))
            passage.Count(passage.Lane!.Evidence.Begin(
                route.Stage, passage.StartedAt, client, passage.Side, passage.Instance,
                new Asked(passage.Http.Request.Method, passage.Http.Request.Path.Value ?? "")));
        if (passage.Instance is not null)
        {
            passage.Mirrored = passage.Lane!.Shadow?.Draw(passage);
            return ForwardAsync(passage);
        }
        End(passage, RequestEnd.Failed);
        return Refusals.NobodyReadyAsync(passage.Http);
    }

    /// <summary>A client or mesh that says it is trying again: its first attempt was the trial.</summary>
    private static bool IsRetry(IHeaderDictionary headers) =>
        headers.ContainsKey("grpc-previous-rpc-attempts")
        || (headers.TryGetValue("x-envoy-attempt-count", out var attempt) && attempt != "1");

    private async Task ForwardAsync(Passage passage)
    {
        var http = passage.Http;
        while (true)
        {
            passage.Attempts++;
            var instance = passage.Instance!;
            instance.Enter();
            ForwarderError error;
            try
            {
                error = await upstream.SendAsync(passage);
            }
            finally
            {
                instance.Leave();
            }
            if (!ForwarderEnds.IsRefusedConnection(error, http))
            {
                End(passage, ForwarderEnds.Of(error, passage));
                passage.Mirrored?.Ended(error == ForwarderError.None, clock.Time.GetElapsedTime(passage.StartedAt));
                return;
            }
            instance.Ejection.CountRefusedConnection();
            if (Another(passage) is not { } another)
            {
                End(passage, RequestEnd.Failed);
                return;
            }
            http.Response.Clear();
            http.Features.Set<IForwarderErrorFeature>(null);
            passage.Instance = another;
        }
    }

    /// <summary>Of the same side: the other one must not be given users that are not its own.</summary>
    private Instance? Another(Passage passage) => passage.Attempts < MostAttempts && !passage.Http.Response.HasStarted
        ? Balance.Pick(passage.Route!.InstancesOf(passage.Side), clock.Now, not: passage.Instance)
        : null;

    /// <summary>The headers of the answer are here. A WebSocket or a stream of events has succeeded by that.</summary>
    public void Answered(Passage passage, int status)
    {
        if (IsDraining) AskToLeave(passage.Http);
        var end = RequestEnds.OfStatus(status);
        if (end != RequestEnd.Succeeded || passage.Ticket is not { } ticket) return;
        if (status == StatusCodes.Status101SwitchingProtocols || passage.IsEndless) End(passage, RequestEnd.Succeeded);
        else if (IsInTime(passage, out _)) ticket.Tick.TrySet(ticket, RequestEnd.Begun, null, -1);
    }

    private bool IsInTime(Passage passage, out double milliseconds)
    {
        var elapsed = clock.Time.GetElapsedTime(passage.StartedAt);
        milliseconds = elapsed.TotalMilliseconds;
        return elapsed <= passage.Route!.Stage.Delay;
    }

    /// <summary>The request has ended. Its first end counts, and as evidence only within the delay.</summary>
    private void End(Passage passage, RequestEnd end)
    {
        if (passage.End is not null) return;
        passage.End = end;
        passage.Instance?.Ejection.Count(end.IsFailure());
        if (passage.Ticket is not { } ticket || !IsInTime(passage, out var milliseconds)) return;
        var bucket = passage.Attempts == 1 ? Core.Evidence.LatencyScale.BucketOf(milliseconds) : -1;
        if (!ticket.Tick.TrySet(ticket, end, passage.Instance, bucket)) return;
        var stage = ticket.Tick.Stage;
        if (!stage.IsExposed) return;
        stage.Excess.Count(passage.Side, end.IsFailure());
        if (end.IsFailure() && passage.Side == Side.Candidate) Leases.CheckBudget(passage.Lane!);
    }

    private static void AskToLeave(HttpContext http)
    {
        if (HttpProtocol.IsHttp2(http.Request.Protocol))
            http.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        else
            http.Response.Headers.Connection = "close";
    }

    private void Log(Passage passage, AccessLog to)
    {
        var http = passage.Http;
        to.Add(new(
            clock.Time.GetUtcNow(), passage.Lane?.Name, passage.Instance?.Release, passage.Instance?.Id,
            passage.Side == Side.Stable ? "stable" : "candidate",
            passage.Ticket is null ? "no" : passage.End?.ToString() ?? "", http.Request.Method,
            http.Request.Path.Value, http.Response.StatusCode,
            clock.Time.GetElapsedTime(passage.StartedAt).TotalMilliseconds, passage.Remote,
            passage.TraceParent, passage.RequestId));
    }
}

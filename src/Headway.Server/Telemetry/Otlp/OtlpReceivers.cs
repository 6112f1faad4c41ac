using System.Net;
using Headway.Core.Nodes;
using Headway.Server.Access;
using Headway.Server.Telemetry.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Telemetry.Otlp;

/// <summary>
/// The ports for OTLP. They are a web server of their own, since they have other limits, other callers and another
/// way to let them in than the server's API.
/// </summary>
public sealed class OtlpReceivers(
    TelemetryOptions options, TelemetryIntake intake, Tokens tokens, ILogger<OtlpReceivers> log) : IHostedService
{
    private const long Connections = 10_000;
    private WebApplication? _app;

    /// <summary>Where they listen; null when off or not started.</summary>
    public IPEndPoint? Http { get; private set; }

    public IPEndPoint? Grpc { get; private set; }

    /// <summary>What instances are told: HTTP where there is a choice, since every SDK can that.</summary>
    public TelemetryAt? At => Http is not null ? new($"http://{Http}", "http/protobuf")
        : Grpc is not null ? new($"http://{Grpc}", "grpc") : null;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        void Say(string text) => log.LogWarning("{Text}", text);
        var http = OtlpSocket.Take(options.Http, TelemetryOptions.DefaultHttp, "--otlp-http", Say);
        var grpc = OtlpSocket.Take(options.Grpc, TelemetryOptions.DefaultGrpc, "--otlp-grpc", Say);
        (Http, Grpc) = (http?.Address, grpc?.Address);
        var sockets = new[] { http, grpc }.OfType<OtlpSocket>().ToDictionary(socket => (EndPoint)socket.Address);
        if (sockets.Count == 0) return;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<SocketTransportOptions>(transport =>
            transport.CreateBoundListenSocket = address => sockets[address].Socket);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            new ServerLimits { BodyBytes = options.Limits.BodyBytes + 1024, Connections = Connections }.Apply(kestrel);
            if (http is not null) kestrel.Listen(http.Address, listen => listen.Protocols = HttpProtocols.Http1);
            if (grpc is not null) kestrel.Listen(grpc.Address, listen => listen.Protocols = HttpProtocols.Http2);
        });
        _app = builder.Build();
        Map(_app);
        await _app.StartAsync(cancellationToken);
        log.LogInformation("OTLP is received at http://{Http} and, with gRPC, at {Grpc}", Http, Grpc);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is null) return;
        await _app.StopAsync(cancellationToken);
        await _app.DisposeAsync();
    }

    private void Map(WebApplication app)
    {
        app.Use(LetInAsync);
        var room = new InFlightRoom(options.Limits);
        new OtlpHttp(intake, room, options.Limits).Map(app);
        new OtlpGrpc(intake, room, options.Limits).Map(app);
        app.MapFallback(OtlpGrpc.Unknown);
    }

    /// <summary>
    /// On the loopback whoever runs on this machine may send. Everywhere else a token is needed, of scope `telemetry`,
    /// `node` or `admin`. A browser is never let in: its pages could send from anywhere.
    /// </summary>
    private async Task LetInAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Headers.Origin.Count > 0)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }
        var isLocal = context.Connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local)
            && IsBoundToLoopback(context.Connection.LocalPort);
        if (isLocal || Bearer(context.Request) is { } secret && tokens.Find(secret, TokenUse.Bearer) is { } token
            && token.May(Scope.Telemetry))
        {
            await next(context);
            return;
        }
        const string says = "Send `Authorization: Bearer TOKEN` with a token of scope `telemetry`, `node` or `admin`.";
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true)
        {
            OtlpGrpc.End(context, OtlpAnswers.GrpcCode(StatusCodes.Status401Unauthorized), says);
            return;
        }
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"headway\"";
        await context.Response.WriteAsync(says);
    }

    private bool IsBoundToLoopback(int port) =>
        (port == Http?.Port ? Http : Grpc) is { } bound && IPAddress.IsLoopback(bound.Address);

    private static string? Bearer(HttpRequest request)
    {
        const string scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? header[scheme.Length..].Trim() : null;
    }
}

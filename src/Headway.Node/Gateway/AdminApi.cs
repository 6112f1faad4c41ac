using Headway.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Node.Gateway;

/// <summary>What control may ask of a gateway, over a Unix socket that only its user can open.</summary>
internal static class AdminApi
{
    public static WebApplication Build(GatewayOptions options, GatewayBody gateway, ILoggerFactory logs)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.ConfigureHttpJsonOptions(json => Wire.Apply(json.SerializerOptions));
        File.Delete(options.AdminSocket);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(options.AdminSocket,
            listen => listen.Protocols = HttpProtocols.Http1));
        var app = builder.Build();
        app.MapPut("/gateway/state", (GatewayState state) => Put(state, gateway));
        app.MapGet("/gateway/seen", () => Results.Json(gateway.Seen(), Wire.Json));
        app.MapPost("/gateway/drain", () =>
        {
            gateway.Drain();
            return Results.Accepted();
        });
        return app;
    }

    private static IResult Put(GatewayState state, GatewayBody gateway)
    {
        if (StateCheck.FaultOf(state) is { } fault)
            return Results.Problem(fault, statusCode: StatusCodes.Status400BadRequest, title: "Not a state to serve by");
        if (gateway.Obey(state)) return Results.Json(gateway.Seen(), Wire.Json);
        var seen = gateway.Seen();
        return Results.Problem(
            $"State {state.Epoch}.{state.Version} is older than {seen.Epoch}.{seen.Version}, which is in force.",
            statusCode: StatusCodes.Status409Conflict, title: "A newer state is in force");
    }

    /// <summary>Signals are the business of the program, not of this part of it.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

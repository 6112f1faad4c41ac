using System.Net;
using Headway.Node.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace Headway.Benchmarks.Gateway;

/// <summary>What this program runs as when the benchmark starts it again: `gateway-part NAME ...`.</summary>
public static class GatewayParts
{
    public const string Word = "gateway-part";

    public static Task<int> RunAsync(string[] arguments) => arguments switch
    {
        ["backend", var port] => WebAsync(int.Parse(port), _ => { }, app =>
            app.Run(http => http.Response.WriteAsync("ok"))),
        ["orders", var port] => WebAsync(int.Parse(port), _ => { }, app => app.Run(http =>
        {
            http.Response.ContentType = "application/json";
            var body = $$"""{"path":"{{http.Request.Path}}","total":12.5,"at":"{{Guid.NewGuid()}}"}""";
            http.Response.ContentLength = body.Length;
            return http.Response.WriteAsync(body);
        })),
        ["hanging", var port] => WebAsync(int.Parse(port), _ => { }, app =>
            app.Run(http => Task.Delay(Timeout.Infinite, http.RequestAborted))),
        ["yarp", var port, var backend] => WebAsync(int.Parse(port), services => AddYarp(services, backend), app =>
            app.MapReverseProxy()),
        ["gateway", var folder, var accessLog] => GatewayProgram.RunAsync(
            new("bench", folder, Path.Combine(folder, "admin"), Path.Combine(folder, "handover"))
            {
                AccessLogBytes = long.Parse(accessLog),
            }, CancellationToken.None),
        _ => throw new ArgumentException($"No such part: {string.Join(' ', arguments)}."),
    };

    private static async Task<int> WebAsync(int port, Action<IServiceCollection> add, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        add(builder.Services);
        var app = builder.Build();
        map(app);
        await app.RunAsync();
        return 0;
    }

    private static void AddYarp(IServiceCollection services, string backend) => services.AddReverseProxy().LoadFromMemory(
        [new RouteConfig { RouteId = "all", ClusterId = "one", Match = new() { Path = "{**rest}" } }],
        [
            new ClusterConfig
            {
                ClusterId = "one",
                Destinations = new Dictionary<string, DestinationConfig>
                {
                    ["a"] = new() { Address = $"http://127.0.0.1:{backend}" },
                    ["b"] = new() { Address = $"http://127.0.0.1:{backend}" },
                },
            },
        ]);
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Tests.Sources;

/// <summary>A web server that lets nobody in without a password.</summary>
internal sealed class PasswordServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PasswordServer(WebApplication app) => _app = app;

    public bool Asked { get; private set; }
    public string Url => $"{_app.Urls.First()}/shop.git";

    public static async Task<PasswordServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = new PasswordServer(builder.Build());
        server._app.Run(context =>
        {
            server.Asked = true;
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"git\"";
            return Task.CompletedTask;
        });
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

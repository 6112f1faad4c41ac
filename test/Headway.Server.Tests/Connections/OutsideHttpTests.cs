using Headway.Server.Connections;
using Headway.Server.Tests.Signals;
using Headway.Server.Tests.Storage;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Headway.Server.Tests.Connections;

public sealed class OutsideHttpTests : IDisposable
{
    /// <summary>Far less than the minute for which an unused client keeps its socket.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempFolder folder = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_goes_with_its_connection(bool isChanged)
    {
        var closed = new TaskCompletionSource();
        await using var other = await OtherSide.StartAsync(context =>
        {
            var socket = context.Features.Get<IConnectionLifetimeFeature>()!;
            socket.ConnectionClosed.Register(() => closed.TrySetResult());
            return context.Response.WriteAsync("here");
        });
        var known = Asked.Connections(folder.Path);
        using var http = new OutsideHttp(known);
        var first = new Connection("stats", ConnectionKind.Json, other.Url) { Credential = new Credential.Bearer("t0p") };
        Assert.Null(known.Keep(first));
        Assert.Equal(200, (await AskAsync(http, first)).Status);
        Assert.False(closed.Task.IsCompleted);

        if (isChanged) Assert.Null(known.Keep(first with { Credential = new Credential.Bearer("other") }));
        else Assert.True(known.Remove("stats"));
        await closed.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

        // One who has looked it up before leaves nothing behind either.
        closed = new();
        Assert.Equal(200, (await AskAsync(http, first)).Status);
        await closed.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Who_asks_while_a_connection_goes_is_told_that()
    {
        var asked = new TaskCompletionSource();
        await using var other = await OtherSide.StartAsync(async context =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        var known = Asked.Connections(folder.Path);
        using var http = new OutsideHttp(known);
        var connection = new Connection("stats", ConnectionKind.Json, other.Url);
        Assert.Null(known.Keep(connection));
        var answer = AskAsync(http, connection);
        await asked.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.True(known.Remove("stats"));
        Assert.Contains("was changed or removed meanwhile", (await answer).Problem);
    }

    public void Dispose() => folder.Dispose();

    private static async Task<OutsideAnswer> AskAsync(OutsideHttp http, Connection connection)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, connection.Url);
        return await http.AskAsync(request, connection, TestContext.Current.CancellationToken);
    }
}

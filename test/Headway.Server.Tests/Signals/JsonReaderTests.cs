using Headway.Core.Evidence;
using Headway.Server.Connections;
using Headway.Server.Signals.Json;
using Headway.Server.Tests.Storage;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Headway.Server.Tests.Signals;

public sealed class JsonReaderTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly OutsideHttp http = new();

    [Fact]
    public async Task Values_are_taken_from_the_document_of_each_release_with_the_credentials_of_the_connection()
    {
        await using var other = await OtherSide.StartAsync(context => context.Request.Headers.Authorization == "Bearer t0p"
            && context.Request.Path == "/api/stats"
            ? context.Response.WriteAsync(context.Request.Query["release"] == Asked.Stable
                ? """{"pods":[{"depth":3},{"depth":"4.5"}]}""" : """{"pods":[{"depth":9}]}""")
            : Refuse(context));
        Assert.Null(Asked.Connections(folder.Path).Keep(new("stats", ConnectionKind.Json, $"{other.Url}/api/")
        {
            Credential = new Credential.Bearer("t0p"),
        }));
        var reading = await Reader().ReadAsync(Asked.Of(
            new SignalSource.Json("stats/stats?release=$release", new(null, null, "pods.*.depth")), DateTimeOffset.UtcNow), default);
        Assert.Null(reading.Problem);
        Assert.Equal([3, 4.5], reading.Stable!.Values);
        Assert.Equal([9.0], reading.Candidate!.Values);
    }

    [Fact]
    public async Task Counters_count_from_the_first_look_on_also_when_they_begin_again()
    {
        var (total, bad) = (100, 5);
        await using var other = await OtherSide.StartAsync(context =>
            context.Response.WriteAsync($$"""{"total":{{total}},"failed":{{bad}}}"""));
        var source = new SignalSource.Json($"{other.Url}/$release", new("failed", "total", null));
        var reader = Reader();
        var at = DateTimeOffset.UtcNow;
        var first = await reader.ReadAsync(Asked.Of(source, at), default);
        Assert.Equal((0, 0), (first.Candidate!.Trials, first.Candidate.Events));
        (total, bad) = (140, 7);
        var second = await reader.ReadAsync(Asked.Of(source, at.AddSeconds(1)) with { Since = at }, default);
        Assert.Equal((40, 2), (second.Candidate!.Trials, second.Candidate.Events));
        (total, bad) = (6, 1);
        var third = await reader.ReadAsync(Asked.Of(source, at.AddSeconds(2)) with { Since = at.AddSeconds(1) }, default);
        Assert.Equal((6, 1), (third.Candidate!.Trials, third.Candidate.Events));
    }

    [Theory]
    [InlineData("""{"a":{"b":[1,2]}}""", "a.c", "`a.c` finds nothing at `c`")]
    [InlineData("""{"a":{"b":[1,2]}}""", "a.b.7", "finds nothing at `7`")]
    [InlineData("""{"a":{"b":[1,2]}}""", "a", "finds what is not a number")]
    [InlineData("<html>", "a", "its answer is not JSON: <html>")]
    public async Task A_document_without_the_number_is_a_problem(string document, string path, string says)
    {
        await using var other = await OtherSide.StartAsync(context => context.Response.WriteAsync(document));
        var reading = await Reader().ReadAsync(Asked.Of(
            new SignalSource.Json($"{other.Url}/$release", new(null, null, path)), DateTimeOffset.UtcNow), default);
        Assert.Contains(says, reading.Problem);
    }

    [Theory]
    [InlineData("stats/../admin?x=$release")]
    [InlineData("stats/a/../../admin?x=$release")]
    [InlineData("stats/%2e%2e/admin?x=$release")]
    [InlineData("stats/%2E./admin?x=$release")]
    [InlineData("stats/..%2fadmin?x=$release")]
    [InlineData("stats/%252e%252e%252fadmin?x=$release")]
    [InlineData("stats/..\\admin?x=$release")]
    [InlineData("stats/..;/admin?x=$release")]
    [InlineData("stats/$side/admin?x=$release")]
    public async Task What_leads_out_of_a_connection_is_not_asked_with_its_credentials(string address)
    {
        var asked = 0;
        await using var other = await OtherSide.StartAsync(context =>
        {
            Interlocked.Increment(ref asked);
            return context.Response.WriteAsync("""{"depth":1}""");
        });
        Assert.Null(Asked.Connections(folder.Path).Keep(new("stats", ConnectionKind.Json, $"{other.Url}/api")));
        var reading = await Reader().ReadAsync(Asked.Of(
            new SignalSource.Json(address, new(null, null, "depth") { Sides = new("old", "..") }), DateTimeOffset.UtcNow),
            default);
        Assert.Contains("leads out of", reading.Problem);
        Assert.Equal(0, asked);
    }

    [Theory]
    [InlineData("stats/a/../b?x=$release", "/api/b")]
    [InlineData("stats/a..b/...?x=../$release", "/api/a..b/...")]
    public async Task What_stays_below_a_connection_is_asked(string address, string path)
    {
        await using var other = await OtherSide.StartAsync(context => context.Request.Path == path
            ? context.Response.WriteAsync("""{"depth":1}""") : Refuse(context));
        Assert.Null(Asked.Connections(folder.Path).Keep(new("stats", ConnectionKind.Json, $"{other.Url}/api/")));
        var reading = await Reader().ReadAsync(Asked.Of(
            new SignalSource.Json(address, new(null, null, "depth")), DateTimeOffset.UtcNow), default);
        Assert.Null(reading.Problem);
    }

    public void Dispose()
    {
        http.Dispose();
        folder.Dispose();
    }

    private JsonReader Reader() => new(http, Asked.Connections(folder.Path));

    private static Task Refuse(HttpContext context)
    {
        context.Response.StatusCode = 401;
        return Task.CompletedTask;
    }
}

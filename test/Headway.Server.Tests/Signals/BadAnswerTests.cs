using System.Text;
using Headway.Server.Connections;
using Headway.Server.Signals.Prometheus;
using Headway.Server.Tests.Storage;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Headway.Server.Tests.Signals;

/// <summary>Whatever a source answers, a look ends with a sentence and nothing is taken for evidence.</summary>
public sealed class BadAnswerTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly OutsideHttp http = new();

    [Theory]
    [InlineData(200, "{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"out of memory\"}", "it says execution: out of memory")]
    [InlineData(422, "{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"too many samples\"}", "too many samples")]
    [InlineData(200, "<html><title>Sign in</title></html>", "its answer is not JSON, so it is no Prometheus: <html>")]
    [InlineData(502, "<html>Bad Gateway</html>", "it answered 502")]
    [InlineData(401, "Unauthorized", "it wants credentials")]
    [InlineData(200, "", "its answer is not JSON")]
    [InlineData(200, "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"resu", "its answer is not JSON")]
    [InlineData(200, "[]", "its answer is not one of Prometheus")]
    [InlineData(200, "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[3]}}", "not one of Prometheus")]
    [InlineData(200, "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,\"many\"]}]}}", "not one of Prometheus")]
    [InlineData(200, "{\"status\":\"success\",\"data\":{\"resultType\":\"string\",\"result\":[1,\"x\"]}}", "gives a string, not numbers")]
    public async Task An_answer_that_is_none_is_a_problem(int status, string body, string says)
    {
        await using var other = await OtherSide.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body);
        });
        var problem = await ProblemAsync(other.Url);
        Assert.Contains(says, problem);
        Assert.StartsWith(other.Url, problem);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        var followed = false;
        await using var other = await OtherSide.StartAsync(context =>
        {
            followed |= context.Request.Path == "/elsewhere";
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });
        Assert.Contains("redirects are not followed", await ProblemAsync(other.Url));
        Assert.False(followed);
    }

    [Fact]
    public async Task A_huge_answer_is_cut_off()
    {
        var cutOff = new TaskCompletionSource();
        await using var other = await OtherSide.StartAsync(async context =>
        {
            var chunk = Encoding.ASCII.GetBytes(new string(' ', 1 << 16));
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(chunk);
            cutOff.TrySetResult();
        });
        Assert.Contains("more than 8 MiB", await ProblemAsync(other.Url));
        await cutOff.Task.WaitAsync(TimeSpan.FromSeconds(120));
    }

    [Fact]
    public async Task More_series_than_anybody_needs_are_refused()
    {
        var many = string.Join(',', Enumerable.Range(0, PrometheusAnswer.MostSeries + 1).Select(
            i => $"{{\"metric\":{{\"i\":\"{i}\"}},\"value\":[1,\"1\"]}}"));
        await using var other = await OtherSide.StartAsync(context => context.Response.WriteAsync(
            $"{{\"status\":\"success\",\"data\":{{\"resultType\":\"vector\",\"result\":[{many}]}}}}"));
        Assert.Contains("10001 series, more than 10000", await ProblemAsync(other.Url));
    }

    [Fact]
    public async Task One_that_never_answers_is_given_up()
    {
        await using var other = await OtherSide.StartAsync(
            context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        Assert.Contains("it did not answer within 10 s", await ProblemAsync(other.Url));
    }

    [Fact]
    public async Task One_that_is_gone_says_so()
    {
        var other = await OtherSide.StartAsync(_ => Task.CompletedTask);
        var url = other.Url;
        await other.DisposeAsync();
        Assert.Contains("nobody listens there", await ProblemAsync(url));
        Assert.Contains("no such host is known", await ProblemAsync("http://prometheus.invalid:9090"));
    }

    [Theory]
    [InlineData("http://169.254.169.254")]
    [InlineData("http://[fe80::1]:9090")]
    [InlineData("http://[fd00:ec2::254]")]
    [InlineData("http://[::ffff:169.254.169.254]")]
    [InlineData("http://[64:ff9b::a9fe:a9fe]")]
    public async Task Where_clouds_keep_credentials_nothing_is_asked(string url) =>
        Assert.Contains("Headway asks no such address", await ProblemAsync(url));

    [Fact]
    public async Task A_connection_that_nobody_has_added_is_named() =>
        Assert.Contains("the server has no connection `main`", await ProblemAsync("main"));

    public void Dispose()
    {
        http.Dispose();
        folder.Dispose();
    }

    private async Task<string> ProblemAsync(string server)
    {
        var reader = new PrometheusReader(http, Asked.Connections(folder.Path), Asked.NothingKept);
        var reading = await reader.ReadAsync(Asked.Of(
            Asked.Prometheus(server, null, null, "queue{release_id=\"$release\"}"), DateTimeOffset.UtcNow), default);
        Assert.Null(reading.Stable);
        Assert.Null(reading.Candidate);
        Assert.Contains($"queue{{release_id=\"{Asked.Candidate}\"}}", reading.Asked ?? "");
        return reading.Problem!;
    }
}

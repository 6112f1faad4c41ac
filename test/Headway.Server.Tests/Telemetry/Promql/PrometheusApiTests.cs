using System.Net;
using System.Text.Json;
using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Series;
using Xunit;

namespace Headway.Server.Tests.Telemetry.Promql;

/// <summary>The API that Grafana speaks, over real HTTP.</summary>
public sealed class PrometheusApiTests : IAsyncLifetime
{
    private QueryServer _server = null!;

    private static string Range => $"start={SampleSeries.Start / 1000}&end={SampleSeries.At(7200) / 1000}";

    public async ValueTask InitializeAsync() =>
        _server = await QueryServer.StartAsync(SampleSeries.Select(SampleSeries.All));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_query_may_be_posted_as_a_form_or_asked_for_by_the_address()
    {
        var time = $"{SampleSeries.At(3600) / 1000}";
        var asked = await DataAsync($"query?query=sum(up)&time={time}");
        using var form = new FormUrlEncodedContent([new("query", "sum(up)"), new("time", time)]);
        using var answer = await _server.Client.PostAsync("api/v1/query", form);
        Assert.Equal(asked.GetRawText(), JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("data").GetRawText());
        Assert.Equal($$"""{"resultType":"vector","result":[{"metric":{},"value":[{{time}},"3"]}]}""", asked.GetRawText());
    }

    [Fact]
    public async Task Times_may_be_seconds_or_rfc_3339_and_steps_seconds_or_durations()
    {
        var from = DateTimeOffset.FromUnixTimeMilliseconds(SampleSeries.At(3600)).ToString("yyyy-MM-ddTHH:mm:ssZ");
        var to = DateTimeOffset.FromUnixTimeMilliseconds(SampleSeries.At(3660.5)).ToString("yyyy-MM-ddTHH:mm:ss.fffzzz");
        var words = await DataAsync($"query_range?query=cpu_a&start={from}&end={Uri.EscapeDataString(to)}&step=15s");
        var numbers = await DataAsync(
            $"query_range?query=cpu_a&start={SampleSeries.At(3600) / 1000}&end={SampleSeries.At(3660.5) / 1000m}&step=15");
        Assert.Equal(numbers.GetRawText(), words.GetRawText());
        Assert.Equal(5, words.GetProperty("result")[0].GetProperty("values").GetArrayLength());
    }

    [Theory]
    [InlineData("query_range?query=up&start=1&end=0&step=1", "invalid parameter \"end\": end timestamp must not be before start time")]
    [InlineData("query_range?query=up&start=0&end=11001&step=1",
        "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)")]
    [InlineData("query_range?query=up&start=0&end=1&step=0",
        "invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a positive integer")]
    [InlineData("query_range?query=up&start=0&end=1", "invalid parameter \"step\": cannot parse \"\" to a valid duration")]
    [InlineData("query_range?query=up&end=1&step=1", "invalid parameter \"start\": cannot parse \"\" to a valid timestamp")]
    [InlineData("query?query=up&time=soon", "invalid parameter \"time\": cannot parse \"soon\" to a valid timestamp")]
    [InlineData("query?query=up&timeout=soon", "invalid parameter \"timeout\": cannot parse \"soon\" to a valid duration")]
    [InlineData("query", "invalid parameter \"query\": unknown position: parse error: no expression found in input")]
    [InlineData("series", "no match[] parameter provided")]
    [InlineData("series?match[]=up[5m]", "invalid parameter \"match[]\": 1:3: parse error: unexpected \"[\"")]
    [InlineData("label/a-b/values", "invalid label name: \"a-b\"")]
    [InlineData("labels?start=5&end=1", "end timestamp must not be before start time")]
    public async Task Wrong_parameters_are_said_with_their_names(string path, string error)
    {
        var (status, body) = await _server.Client.AnswerAsync($"api/v1/{path}");
        Assert.Equal(400, status);
        Assert.Equal(
            ("error", "bad_data", error),
            (Word(body, "status"), Word(body, "errorType"), Word(body, "error")));
    }

    [Fact]
    public async Task Labels_their_values_and_series_can_be_listed()
    {
        Assert.Equal(["job", "instance", "version"], Texts(await DataAsync($"labels?match[]=build_info&{Range}"))
            .Except(["__name__", "release_id"]).OrderBy(l => Array.IndexOf(["job", "instance", "version"], l)));
        Assert.Equal(["api", "web", "worker"], Texts(await DataAsync($"label/job/values?match[]=http_requests_total&{Range}")));
        Assert.Contains("up", Texts(await DataAsync($"label/__name__/values?{Range}")));
        Assert.Equal(["api"], Texts(await DataAsync($"label/job/values?{Range}&limit=1")));
        var series = await DataAsync($"series?match[]=up&match[]=build_info&{Range}");
        Assert.Equal(6, series.GetArrayLength());
        Assert.Empty(Texts(await DataAsync("label/job/values?match[]=up&start=0&end=1")));
    }

    [Theory]
    [InlineData("rules", "{\"groups\":[]}")]
    [InlineData("alerts", "{\"alerts\":[]}")]
    [InlineData("targets", "{\"activeTargets\":[],\"droppedTargets\":[]}")]
    [InlineData("query_exemplars?query=up&start=0&end=1", "[]")]
    [InlineData("format_query?query=sum(up)%20by(job)/2", "\"sum by (job) (up) / 2\"")]
    public async Task What_there_is_not_is_an_empty_list(string path, string data) =>
        Assert.Equal(data, (await DataAsync(path)).GetRawText());

    [Fact]
    public async Task Grafana_learns_version_configuration_and_flags()
    {
        Assert.Equal("2.42.0", (await DataAsync("status/buildinfo")).GetProperty("version").GetString());
        Assert.Contains("global", (await DataAsync("status/config")).GetProperty("yaml").GetString());
        Assert.Equal("50000000", (await DataAsync("status/flags")).GetProperty("query.max-samples").GetString());
        var metadata = await DataAsync($"metadata?{Range}");
        Assert.Equal("counter", metadata.GetProperty("http_requests_total")[0].GetProperty("type").GetString());
    }

    [Theory]
    [InlineData(100, 100, 100, "sum_over_time(up[1h])", "query processing would load too many samples into memory in query execution")]
    [InlineData(1_000_000, 5, 100, "http_requests_total", "a selector finds 27 series, more than 5")]
    [InlineData(1_000_000, 100, 5, "http_requests_total", "the answer has 27 series, more than 5")]
    [InlineData(100_000_000, 100, 100, "sum_over_time(up[100d:1s])", "a subquery has more than 1000000 steps")]
    public async Task A_query_that_takes_too_much_is_refused(long samples, int selected, int series, string query, string error)
    {
        var limits = new QueryLimits { Samples = samples, SelectedSeries = selected, Series = series };
        await using var server = await QueryServer.StartAsync(SampleSeries.Select(SampleSeries.All), limits);
        var (status, body) = await server.Client.AnswerAsync(
            $"api/v1/query?query={Uri.EscapeDataString(query)}&time={SampleSeries.At(3600) / 1000}");
        Assert.Equal((422, "execution", error), (status, Word(body, "errorType"), Word(body, "error")));
    }

    [Fact]
    public async Task A_query_that_takes_too_long_is_given_up()
    {
        using var never = new ManualResetEventSlim();
        SelectSeries slow = (matchers, from, to) =>
        {
            // Longer than the query may take, which is what is waited for here.
            never.Wait(TimeSpan.FromMilliseconds(50));
            return SampleSeries.Select(SampleSeries.All)(matchers, from, to);
        };
        await using var server = await QueryServer.StartAsync(slow);
        var (status, body) = await server.Client.AnswerAsync($"api/v1/query?query=up&timeout=1ms&time={SampleSeries.At(3600) / 1000}");
        Assert.Equal((503, "timeout", "query timed out in expression evaluation"), (status, Word(body, "errorType"), Word(body, "error")));
    }

    [Fact]
    public async Task A_store_that_fails_is_an_error_of_the_query()
    {
        await using var server = await QueryServer.StartAsync((_, _, _) => throw new IOException("The disk is gone."));
        var (status, body) = await server.Client.AnswerAsync("api/v1/query?query=up");
        Assert.Equal((422, "unexpected error: The disk is gone."), (status, Word(body, "error")));
    }

    [Theory]
    [InlineData("PUT", "query", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "metadata", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "no_such", HttpStatusCode.NotFound)]
    public async Task Other_methods_and_paths_are_not_there(string method, string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(new(method), $"api/v1/{path}");
        Assert.Equal(status, (await _server.Client.SendAsync(request)).StatusCode);
    }

    private async Task<JsonElement> DataAsync(string path)
    {
        var (status, body) = await _server.Client.AnswerAsync($"api/v1/{path}");
        Assert.True(status == 200, body);
        Assert.Equal("success", Word(body, "status"));
        return JsonDocument.Parse(body).RootElement.GetProperty("data");
    }

    private static string? Word(string body, string name) => JsonDocument.Parse(body).RootElement.GetProperty(name).GetString();

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetString()!)];
}

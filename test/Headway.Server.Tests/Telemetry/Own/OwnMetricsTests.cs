using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Headway.Server.Telemetry.Own;
using Headway.Server.Telemetry.Series;
using Headway.Server.Tests.Telemetry.Promql;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Headway.Server.Tests.Telemetry.Own;

public sealed class OwnMetricsTests : IAsyncLifetime
{
    private SeededServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await SeededServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task What_the_record_says_and_what_users_felt_can_be_scraped()
    {
        var lines = (await _server.Client.GetStringAsync("/metrics")).Split('\n');
        const string lane = "service=\"shop\",environment=\"production\"";
        Assert.Contains($"headway_rollouts_total{{{lane},end=\"completed\"}} 1", lines);
        Assert.Contains($"headway_rollouts_total{{{lane},end=\"rolled_back\"}} 1", lines);
        Assert.Contains($"headway_rollouts_total{{{lane},end=\"past_return\"}} 0", lines);
        Assert.Contains($"headway_rollout_duration_seconds_count{{{lane}}} 2", lines);
        Assert.Contains($"headway_rollout_open{{{lane},release_id=\"shop-3-cccccc3\",phase=\"advancing\"}} 1", lines);
        Assert.Contains($"headway_lead_time_seconds_bucket{{{lane},le=\"3600\"}} 0", lines);
        Assert.Contains($"headway_lead_time_seconds_bucket{{{lane},le=\"14400\"}} 1", lines);
        Assert.Contains("headway_releases_total{service=\"shop\"} 3", lines);
        Assert.Contains("headway_runs_total{service=\"shop\",outcome=\"succeeded\"} 3", lines);
        Assert.Contains("headway_objective_availability_ratio{service=\"shop\"} 0.999", lines);
        Assert.Contains($"headway_requests_total{{{lane},release_id=\"shop-1-aaaaaa1\",side=\"stable\"}} 600", lines);
        Assert.Contains($"headway_failures_total{{{lane},release_id=\"shop-3-cccccc3\",side=\"candidate\"}} 2", lines);
        Assert.Contains($"headway_request_duration_seconds_bucket{{{lane},release_id=\"shop-1-aaaaaa1\",side=\"stable\",le=\"0.025\"}} 180", lines);
        Assert.Contains($"headway_request_duration_seconds_bucket{{{lane},release_id=\"shop-1-aaaaaa1\",side=\"stable\",le=\"+Inf\"}} 200", lines);
        Assert.Contains($"headway_instance_cpu_cores{{{lane},release_id=\"shop-3-cccccc3\",instance=\"shop-production-3-1\",node=\"n1\"}} 0.25", lines);
        Assert.Contains($"headway_candidate_share{{{lane},release_id=\"shop-3-cccccc3\",node=\"n1\"}} 0.25", lines);
        var evidence = $"headway_judge_log_e{{{lane},release_id=\"shop-3-cccccc3\"}} ";
        Assert.Contains(lines, l => l.StartsWith(evidence, StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("subject=\"Say \\\"more\\\" \\\\ about\\nprices\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_real_promtool_finds_nothing_to_say_against_them()
    {
        var promtool = await RealPrometheus.ProgramAsync("promtool");
        using var process = Process.Start(new ProcessStartInfo(promtool, ["check", "metrics"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteAsync(await _server.Client.GetStringAsync("/metrics"));
        process.StandardInput.Close();
        var said = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0 && said.Length == 0, said);
    }

    /// <summary>The risk is there only once the judge has an estimate of it, which is a matter of its turns.</summary>
    [Fact]
    public void Every_name_that_is_documented_is_there_and_no_other() =>
        Assert.Equal(DocumentedNames.Own().Where(n => n != "headway_judge_relative_risk").Order(StringComparer.Ordinal),
            _server.Metrics.Collect().Select(f => f.Name).Where(n => n != "headway_judge_relative_risk")
                .Order(StringComparer.Ordinal));

    [Fact]
    public async Task They_are_not_for_everyone()
    {
        using var nobody = new HttpClient { BaseAddress = _server.Client.BaseAddress };
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync("/metrics")).StatusCode);
    }

    [Fact]
    public void A_store_gets_every_sample_and_the_end_of_a_series_that_is_gone()
    {
        var kept = new List<(ImmutableSortedDictionary<string, string> Labels, double Value, long At)>();
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        using var sampling = new OwnSampling(_server.Metrics, (labels, value, at) => kept.Add((labels, value, at)),
            time, NullLogger<OwnSampling>.Instance);
        sampling.Sample();
        Assert.All(kept, one => Assert.Equal(1_700_000_000_000, one.At));
        Assert.Contains(kept, one => one.Labels["__name__"] == "headway_request_duration_seconds_bucket" && one.Labels["le"] == "+Inf" && one.Value == 200);
        Assert.All(kept, one => Assert.Equal("headway", one.Labels["job"]));
        Assert.DoesNotContain(kept, one => TimeSeries.IsStale(one.Value));
        kept.Clear();
        _server.Forget();
        sampling.Sample();
        Assert.Contains(kept, one => one.Labels["__name__"] == "headway_instance_cpu_cores" && TimeSeries.IsStale(one.Value));
        kept.Clear();
        sampling.Sample();
        Assert.DoesNotContain(kept, one => TimeSeries.IsStale(one.Value));
    }
}

/// <summary>Names of metrics in the tables of the documents.</summary>
internal static partial class DocumentedNames
{
    public static IEnumerable<string> Own() => In("docs/reference/own-metrics.md");

    public static IEnumerable<string> FromServices() => In("docs/operate/grafana.md");

    private static IEnumerable<string> In(string document) => File.ReadLines(Path.Combine(RealPrometheus.Root(), document))
        .Select(line => Row().Match(line)).Where(m => m.Success).Select(m => m.Groups["name"].Value);

    [GeneratedRegex(@"^\| `(?<name>[a-z_]+)`( \(histogram\))? \|")]
    private static partial Regex Row();
}

using System.Globalization;
using Headway.Server.Connections;
using Headway.Server.Signals.Asking;

namespace Headway.Server.Signals.Prometheus;

/// <summary>The two questions of Prometheus' HTTP API that evidence needs.</summary>
internal sealed class PrometheusApi(OutsideHttp http, SourceAddress address) : IPrometheus
{
    /// <summary>Above it a query goes into the body: servers and proxies limit the length of addresses.</summary>
    private const int LongestAddress = 1500;

    public Task<PrometheusAnswer> InstantAsync(string query, DateTimeOffset at, CancellationToken stop) =>
        AskAsync("query", [new("query", query), new("time", Seconds(at))], stop);

    public Task<PrometheusAnswer> RangeAsync(string query, PrometheusWindow window, CancellationToken stop) =>
        AskAsync("query_range",
        [
            new("query", query), new("start", Seconds(window.Start)), new("end", Seconds(window.End)),
            new("step", window.Step.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)),
        ], stop);

    private async Task<PrometheusAnswer> AskAsync(
        string verb, KeyValuePair<string, string>[] parameters, CancellationToken stop)
    {
        var url = $"{address.Url}/api/v1/{verb}";
        var form = string.Join('&', parameters.Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}"));
        var isLong = form.Length > LongestAddress;
        using var request = new HttpRequestMessage(
            isLong ? HttpMethod.Post : HttpMethod.Get, isLong ? url : $"{url}?{form}");
        if (isLong) request.Content = new FormUrlEncodedContent(parameters);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        var answer = await http.AskAsync(request, address.Connection, stop);
        return PrometheusAnswer.Read(answer);
    }

    private static string Seconds(DateTimeOffset at) =>
        (at.ToUnixTimeMilliseconds() / 1000m).ToString("0.000", CultureInfo.InvariantCulture);
}

/// <summary>Points of time that a range is asked for: evenly spread, the last one at the end, none at its beginning.</summary>
internal sealed record PrometheusWindow(DateTimeOffset Start, DateTimeOffset End, TimeSpan Step)
{
    /// <summary>Enough to see a counter start again between two looks.</summary>
    private const int MostPoints = 15;

    public static PrometheusWindow Between(DateTimeOffset from, DateTimeOffset to)
    {
        var milliseconds = Math.Max(to.ToUnixTimeMilliseconds() - from.ToUnixTimeMilliseconds(), 1);
        var points = Math.Clamp(milliseconds / 1000, 1, MostPoints);
        var step = TimeSpan.FromMilliseconds(milliseconds / points);
        return new(to - ((points - 1) * step), to, step);
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Tests.Signals;

/// <summary>What a program shows at /metrics, and a real Prometheus that scrapes it.</summary>
internal sealed class Counters : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, string> series = new();
    private OtherSide? program;
    private RealPrometheus? prometheus;

    public RealPrometheus Prometheus => prometheus!;

    public static async Task<Counters> StartAsync()
    {
        var counters = new Counters();
        counters.program = await OtherSide.StartAsync(context => context.Response.WriteAsync(
            string.Concat(counters.series.OrderBy(one => one.Key).Select(one => $"{one.Key} {one.Value}\n"))));
        var target = new Uri(counters.program.Url).Authority;
        counters.prometheus = await RealPrometheus.StartAsync(
            $"  - {{ job_name: shop, static_configs: [ {{ targets: [ \"{target}\" ] }} ] }}");
        return counters;
    }

    public void Set(string release, string pod, double total, double bad)
    {
        Write("payments_total", release, pod, total.ToString(CultureInfo.InvariantCulture));
        Write("payment_failed_total", release, pod, bad.ToString(CultureInfo.InvariantCulture));
    }

    public void Write(string name, string release, string pod, string value) =>
        series[$"{name}{{release_id=\"{release}\",pod=\"{pod}\"}}"] = value;

    public void Remove(string release, string pod)
    {
        foreach (var name in (string[])["payments_total", "payment_failed_total"])
            series.TryRemove($"{name}{{release_id=\"{release}\",pod=\"{pod}\"}}", out _);
    }

    /// <summary>Waits until Prometheus has seen it; the time from which on it is so.</summary>
    public async Task<DateTimeOffset> SeenAsync(double total)
    {
        await Prometheus.ShowsAsync("payments_total", total);
        return DateTimeOffset.UtcNow;
    }

    public async ValueTask DisposeAsync()
    {
        if (prometheus is not null) await prometheus.DisposeAsync();
        if (program is not null) await program.DisposeAsync();
    }
}

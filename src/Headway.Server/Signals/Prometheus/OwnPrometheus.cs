using System.Collections.Immutable;
using Headway.Server.Telemetry.Promql;
using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Promql.Labels;

namespace Headway.Server.Signals.Prometheus;

/// <summary>`prometheus: headway`: the telemetry that Headway itself keeps, asked without a detour over the network.</summary>
internal sealed class OwnPrometheus(Engine engine) : IPrometheus
{
    public const string Name = "headway";

    public Task<PrometheusAnswer> InstantAsync(string query, DateTimeOffset at, CancellationToken stop) =>
        AskAsync(() => engine.AtAsync(query, at.ToUnixTimeMilliseconds(), null, stop));

    public Task<PrometheusAnswer> RangeAsync(string query, PrometheusWindow window, CancellationToken stop) =>
        AskAsync(() => engine.RangeAsync(query, Grid.Between(window.Start.ToUnixTimeMilliseconds(),
            window.End.ToUnixTimeMilliseconds(), Math.Max(1, (long)window.Step.TotalMilliseconds)), null, stop));

    private static async Task<PrometheusAnswer> AskAsync(Func<Task<Value>> ask)
    {
        try
        {
            return await ask() switch
            {
                Value.Scalars scalars => new([new("", [.. scalars.Values])], null),
                Value.Rows rows when rows.All.Count > PrometheusAnswer.MostSeries => PrometheusAnswer.Failed(
                    $"the query gives {rows.All.Count} series, more than {PrometheusAnswer.MostSeries}: narrow it"),
                Value.Rows rows => new([.. rows.All.Where(row => !row.IsEmpty).Select(Series)], null),
                _ => PrometheusAnswer.Failed("the query gives no numbers"),
            };
        }
        catch (QueryFailedException wrong)
        {
            return PrometheusAnswer.Failed($"it says {wrong.Message}");
        }
    }

    private static PrometheusSeries Series(Row row) => new(
        string.Join(',', Enumerable.Range(0, row.Labels.Count).Select(i => $"{row.Labels.NameAt(i)}={row.Labels.ValueAt(i)}")),
        [.. row.Values.Where(value => !Row.IsAbsent(value))]);
}

/// <summary>The two questions that evidence needs, wherever they are answered.</summary>
internal interface IPrometheus
{
    Task<PrometheusAnswer> InstantAsync(string query, DateTimeOffset at, CancellationToken stop);

    Task<PrometheusAnswer> RangeAsync(string query, PrometheusWindow window, CancellationToken stop);
}

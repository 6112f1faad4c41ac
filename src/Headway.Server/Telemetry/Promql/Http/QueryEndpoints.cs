using System.Text.Json;
using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Promql.Syntax;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Telemetry.Promql.Http;

/// <summary>`query`, `query_range` and `format_query`.</summary>
internal static class QueryEndpoints
{
    public static async Task InstantAsync(
        HttpContext context, Parameters parameters, Engine engine, TimeProvider time, CancellationToken stop)
    {
        var at = parameters.Time("time") ?? time.GetUtcNow().ToUnixTimeMilliseconds();
        var timeout = Timeout(parameters);
        var query = parameters.Text("query") ?? "";
        var value = Limited(await InQuery(() => engine.AtAsync(query, at, timeout, stop)), parameters.Limit());
        await ApiAnswer.SuccessAsync(context, json => ResultJson.Write(json, value, Grid.At(at), isRange: false));
    }

    public static async Task RangeAsync(
        HttpContext context, Parameters parameters, Engine engine, CancellationToken stop)
    {
        var (start, end) = (parameters.NeededTime("start"), parameters.NeededTime("end"));
        if (end < start) throw Parameters.Invalid("end", "end timestamp must not be before start time");
        var step = parameters.NeededDuration("step");
        if (step <= 0)
            throw Parameters.Invalid("step", "zero or negative query resolution step widths are not accepted. "
                + "Try a positive integer");
        if ((end - start) / step > engine.Limits.Steps)
            throw new QueryFailedException(FailureKind.BadData, $"exceeded maximum resolution of {engine.Limits.Steps:N0} points per "
                + "timeseries. Try decreasing the query resolution (?step=XX)");
        var timeout = Timeout(parameters);
        var grid = Grid.Between(start, end, step);
        var query = parameters.Text("query") ?? "";
        var value = Limited(await engine.RangeAsync(query, grid, timeout, stop), parameters.Limit());
        await ApiAnswer.SuccessAsync(context, json => ResultJson.Write(json, value, grid, isRange: true));
    }

    public static async Task FormatAsync(HttpContext context, Parameters parameters)
    {
        var query = parameters.Text("query") ?? "";
        var expression = await InQuery(() => Task.FromResult(Parser.Parse(query)));
        await ApiAnswer.SuccessAsync(context, json => json.WriteStringValue(Printer.Pretty(expression)));
    }

    /// <summary>Checks the query as the real ones are checked; there are no exemplars.</summary>
    public static async Task ExemplarsAsync(HttpContext context, Parameters parameters)
    {
        var (start, end) = (parameters.Time("start"), parameters.Time("end"));
        if (end < start) throw new QueryFailedException(FailureKind.BadData, "end timestamp must not be before start timestamp");
        Parser.Parse(parameters.Text("query") ?? "");
        await ApiAnswer.SuccessAsync(context, Array.Empty<object>());
    }

    private static TimeSpan? Timeout(Parameters parameters) =>
        parameters.Duration("timeout") is { } milliseconds
            ? TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, int.MaxValue)) : null;

    private static Value Limited(Value value, int most)
    {
        if (value is Value.Rows rows && rows.All.Count > most) rows.All.RemoveRange(most, rows.All.Count - most);
        if (value is Value.Raw raw && raw.All.Count > most) raw.All.RemoveRange(most, raw.All.Count - most);
        return value;
    }

    /// <summary>A query that cannot be read is a wrong parameter.</summary>
    private static async Task<T> InQuery<T>(Func<Task<T>> run)
    {
        try
        {
            return await run();
        }
        catch (QueryFailedException failure) when (failure.Kind == FailureKind.BadData)
        {
            throw Parameters.Invalid("query", failure.Message);
        }
    }
}

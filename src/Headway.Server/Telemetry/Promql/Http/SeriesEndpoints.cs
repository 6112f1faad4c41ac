using Headway.Server.Telemetry.Promql.Labels;
using Headway.Server.Telemetry.Promql.Syntax;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Telemetry.Promql.Http;

/// <summary>`series`, `labels`, values of a label, and `metadata`: what there is to ask for.</summary>
internal static class SeriesEndpoints
{
    /// <summary>Entries of one answer.</summary>
    private const int Most = 100_000;

    /// <summary>How far back is looked when a request names no start.</summary>
    private static readonly long UsualMilliseconds = (long)TimeSpan.FromDays(1).TotalMilliseconds;

    public static async Task SeriesAsync(HttpContext context, Parameters parameters, Engine engine, TimeProvider time)
    {
        if (!parameters.All("match[]").Any()) throw new QueryFailedException(FailureKind.BadData, "no match[] parameter provided");
        var found = Found(parameters, engine, time).Select(LabelSet.Of).Distinct().Order(LabelSet.InOrder).Take(Limit(parameters)).ToList();
        await ApiAnswer.SuccessAsync(context, json =>
        {
            json.WriteStartArray();
            foreach (var labels in found)
            {
                json.WriteStartObject();
                for (var i = 0; i < labels.Count; i++) json.WriteString(labels.NameAt(i), labels.ValueAt(i));
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    public static Task LabelsAsync(HttpContext context, Parameters parameters, Engine engine, TimeProvider time) =>
        TextsAsync(context, parameters, Found(parameters, engine, time).SelectMany(labels => labels.Keys));

    public static Task ValuesAsync(
        HttpContext context, Parameters parameters, Engine engine, TimeProvider time, string name)
    {
        if (!LabelNames.IsOne(name))
            throw new QueryFailedException(FailureKind.BadData, $"invalid label name: {QuotedText.Of(name)}");
        return TextsAsync(context, parameters, Found(parameters, engine, time)
            .Select(labels => labels.TryGetValue(name, out var value) ? value : "").Where(value => value.Length > 0));
    }

    /// <summary>Kinds by the endings of names, which is all that a kept series tells.</summary>
    public static Task MetadataAsync(HttpContext context, Parameters parameters, Engine engine, TimeProvider time)
    {
        var wanted = parameters.Text("metric");
        var names = Found(parameters, engine, time)
            .Select(labels => labels.TryGetValue(LabelSet.Name, out var name) ? name : "")
            .Where(name => name.Length > 0 && (wanted is not { Length: > 0 } || name == wanted))
            .Distinct().Order(StringComparer.Ordinal).Take(Limit(parameters));
        return ApiAnswer.SuccessAsync(context, names.ToDictionary(
            name => name, name => new[] { new { type = KindOf(name), help = "", unit = "" } }));
    }

    private static string KindOf(string name) =>
        name.EndsWith("_total", StringComparison.Ordinal) || name.EndsWith("_count", StringComparison.Ordinal)
            || name.EndsWith("_sum", StringComparison.Ordinal) || name.EndsWith("_bucket", StringComparison.Ordinal)
            ? "counter" : "gauge";

    private static Task TextsAsync(HttpContext context, Parameters parameters, IEnumerable<string> texts) =>
        ApiAnswer.SuccessAsync(context,
            texts.Distinct().Order(StringComparer.Ordinal).Take(Limit(parameters)).ToArray());

    private static int Limit(Parameters parameters) => Math.Min(parameters.Limit(), Most);

    private static IEnumerable<IReadOnlyDictionary<string, string>> Found(
        Parameters parameters, Engine engine, TimeProvider time)
    {
        var end = parameters.Time("end") ?? time.GetUtcNow().ToUnixTimeMilliseconds();
        var start = parameters.Time("start") ?? end - UsualMilliseconds;
        if (end < start) throw new QueryFailedException(FailureKind.BadData, "end timestamp must not be before start time");
        var selectors = parameters.All("match[]").Select(Selector).ToArray();
        return engine.Series(selectors, start - 1, end);
    }

    private static Expression.Selector Selector(string text)
    {
        try
        {
            return Parser.ParseSelector(text);
        }
        catch (QueryFailedException failure)
        {
            throw Parameters.Invalid("match[]", failure.Message);
        }
    }
}

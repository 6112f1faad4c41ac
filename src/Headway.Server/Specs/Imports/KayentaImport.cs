using System.Collections.Immutable;

namespace Headway.Server.Specs.Imports;

/// <summary>A canary configuration of Kayenta (Spinnaker).</summary>
internal static class KayentaImport
{
    public static bool Knows(SpecNode document) =>
        document.At("metrics") is SpecNode.List
        && (document.At("classifier") is not null || document.At("judge") is not null);

    public static Imported Of(SpecNode document)
    {
        var (signals, left) = (new List<ImportedSignal>(), new List<string>());
        foreach (var metric in document.Items("metrics"))
            if (Signal(document, metric, left) is { } signal) signals.Add(signal);
        if (document.At("classifier", "groupWeights") is SpecNode.Map { Entries.Length: > 0 })
            left.Add("`groupWeights` has no counterpart: there is no score; each signal is proof by itself or it is "
                + "not.");
        if (document.At("classifier", "scoreThresholds") is not null)
            left.Add("`scoreThresholds` has no counterpart, for the same reason.");
        if (document.Text("judge", "name") is { } judge)
            left.Add($"The judge `{judge}` is replaced by Headway's own (docs/concepts/judge.md).");
        return new([$"Kayenta canary configuration {document.Text("name")}".TrimEnd()], [.. signals], [.. left]);
    }

    private static ImportedSignal? Signal(SpecNode document, SpecNode metric, List<string> left)
    {
        var name = metric.Text("name") ?? "metric";
        var query = metric.At("query");
        if (query.Text("type") is { } type and not "prometheus")
        {
            left.Add($"Metric `{name}`: the query type `{type}` is not carried over; only `prometheus` is.");
            return null;
        }
        var (made, unknown) = ForeignQuery.Of(Query(document, query), ForeignQuery.Usual);
        var canary = metric.At("analysisConfigurations", "canary");
        var worse = canary.Text("direction") switch { "increase" => "higher", "decrease" => "lower", _ => "either" };
        var keys = new List<KeyValuePair<string, string>>
        {
            new("prometheus", "http://127.0.0.1:9090"), new("gauge", made), new("worse", worse),
        };
        if (Tolerance(canary) is { } tolerance) keys.Add(new("tolerance", $"{ForeignNode.Show(tolerance * 100)}%"));
        // What is not critical only lowers a score there.
        if (canary.Text("critical") != "true") keys.Add(new("trust", "pause"));
        if (canary.Text("mustHaveData") != "true" && canary.Text("critical") != "true")
            keys.Add(new("missing", "go on"));
        if (canary.Text("outliers", "strategy") == "remove")
            left.Add($"Metric `{name}`: outliers are not removed; ranks are compared, on which they weigh no more than "
                + "others.");
        if (canary.Text("nanStrategy") == "replace")
            left.Add($"Metric `{name}`: `nanStrategy: replace` is not carried over; what is missing is not counted as "
                + "0.");
        return new(ForeignNode.NameOf(name), [.. keys], ForeignQuery.Problem(made, unknown));
    }

    private static double? Tolerance(SpecNode? canary) =>
        canary.Text("effectSize", "measure") == "cles" ? null
        : canary.Number("effectSize", "allowedIncrease") is { } more and > 1 ? more - 1
        : canary.Number("effectSize", "allowedDecrease") is { } less and > 0 and < 1 ? 1 - less : null;

    /// <summary>What Kayenta would send: the template, or a selector made of the metric's name and labels.</summary>
    private static string Query(SpecNode document, SpecNode? query)
    {
        if (query.Text("customInlineTemplate") is { } inline)
            return inline.StartsWith("PromQL:", StringComparison.Ordinal) ? inline["PromQL:".Length..] : inline;
        if (query.Text("customFilterTemplate") is { } named && document.Text("templates", named) is { } template)
            return $"avg({query.Text("metricName")}{{{template}}})";
        var labels = string.Join(
            ",", query.Items("labelBindings").OfType<SpecNode.Scalar>().Select(label => label.Text));
        return $"avg({query.Text("metricName")}{{{labels}}})";
    }
}

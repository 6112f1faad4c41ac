using System.Collections.Immutable;

namespace Headway.Server.Specs.Imports;

/// <summary>The `analysis` of a Flagger Canary, with the MetricTemplates that stand in the same file.</summary>
internal static class FlaggerImport
{
    public static bool Knows(SpecNode document) =>
        document.Text("apiVersion")?.StartsWith("flagger.app/", StringComparison.Ordinal) == true
        && document.Text("kind") == "Canary" || IsAnalysisAlone(document);

    private static bool IsAnalysisAlone(SpecNode document) =>
        document.At("analysis", "metrics") is SpecNode.List && document.At("apiVersion") is null;

    public static Imported Of(SpecNode document, ImmutableArray<SpecNode> beside)
    {
        var analysis = document.At("spec", "analysis") ?? document.At("spec", "canaryAnalysis")
            ?? document.At("analysis");
        var (signals, left) = (new List<ImportedSignal>(), new List<string>());
        var objectives = new List<KeyValuePair<string, string>>();
        foreach (var metric in analysis.Items("metrics"))
            switch (metric.Text("name"))
            {
                case "request-success-rate" when metric.Number("thresholdRange", "min") is { } least and < 100:
                    objectives.Add(new("availability", $"{ForeignNode.Show(least)}%"));
                    break;
                case "request-duration" when metric.Number("thresholdRange", "max") is { } most:
                    objectives.Add(new("latency", $"{{ p99: {ForeignNode.Show(most)}ms }}"));
                    break;
                default:
                    if (Signal(metric, beside, left) is { } signal) signals.Add(signal);
                    break;
            }
        if (analysis.Text("threshold") is { } threshold)
            left.Add($"`threshold: {threshold}` has no counterpart: how often a check failed is not counted; the "
                + "evidence of all requests is, and a rollback comes when it is proof.");
        foreach (var hook in analysis.Items("webhooks")) left.Add(Hook(hook));
        if (analysis.Text("mirror") == "true")
            left.Add("`mirror: true` is written `shadow: true` under an environment.");
        if (analysis.At("sessionAffinity") is not null)
            left.Add("`sessionAffinity` needs nothing: clients stay on their side.");
        if (analysis.At("match") is not null) left.Add("`match` (A/B by header) is not carried over.");
        var canary = ArgoImport.Rising(Steps(analysis), left);
        return new([$"Flagger Canary {document.Text("metadata", "name")}".TrimEnd()], [.. signals], [.. left])
        {
            Canary = canary, Objectives = [.. objectives],
        };
    }

    private static IEnumerable<string> Steps(SpecNode? analysis)
    {
        var pause = analysis.Text("interval") is { } every && ForeignTime.Of(every) is { } time ? $" for {time}" : "";
        var written = analysis.Items("stepWeights").Select(step => step.Number()).OfType<double>().ToArray();
        var (by, most) = (analysis.Number("stepWeight") ?? 0, Math.Min(analysis.Number("maxWeight") ?? 100, 100));
        if (written.Length == 0 && by >= 1)
            written = [.. Enumerable.Range(1, (int)(most / by)).Select(step => step * by)];
        return written.Where(share => share is > 0 and < 100).Take(50)
            .Select(share => $"{ForeignNode.Show(share)}%{pause}");
    }

    private static ImportedSignal? Signal(SpecNode metric, ImmutableArray<SpecNode> beside, List<string> left)
    {
        var name = metric.Text("name") ?? metric.Text("templateRef", "name") ?? "metric";
        var template = metric.Text("templateRef", "name") is { } wanted
            ? beside.FirstOrDefault(d => d.Text("kind") == "MetricTemplate" && d.Text("metadata", "name") == wanted)
            : null;
        if ((metric.Text("query") ?? template.Text("spec", "query")) is not { } written)
        {
            left.Add($"Metric `{name}`: its MetricTemplate `{metric.Text("templateRef", "name")}` is not in the file; "
                + "import both files together.");
            return null;
        }
        if (template.Text("spec", "provider", "type") is { } provider and not "prometheus")
        {
            left.Add($"Metric `{name}`: the provider `{provider}` is not carried over; only `prometheus` is.");
            return null;
        }
        var interval = metric.Text("interval") ?? "1m";
        string? ValueOf(string placeholder) => placeholder == "interval" ? interval
            : placeholder.StartsWith("variables.", StringComparison.Ordinal)
                ? metric.Text("templateVariables", placeholder["variables.".Length..])
                : ForeignQuery.Usual(placeholder);
        var (query, unknown) = ForeignQuery.Of(written, ValueOf);
        var keys = new List<KeyValuePair<string, string>>
        {
            new("prometheus", template.Text("spec", "provider", "address") ?? "http://127.0.0.1:9090"),
            new("gauge", query),
        };
        var (least, most) = (metric.Number("thresholdRange", "min"), metric.Number("thresholdRange", "max"));
        if (least is { } min) keys.Add(new("atLeast", ForeignNode.Show(min)));
        if ((most ?? metric.Number("threshold")) is { } max) keys.Add(new("atMost", ForeignNode.Show(max)));
        if (ForeignTime.Of(interval) is { } every) keys.Add(new("every", every));
        return new(ForeignNode.NameOf(name), [.. keys], ForeignQuery.Problem(query, unknown));
    }

    private static string Hook(SpecNode hook)
    {
        var name = hook.Text("name") ?? hook.Text("url") ?? "?";
        return hook.Text("type") switch
        {
            "confirm-rollout" or "confirm-promotion" or "confirm-traffic-increase" =>
                $"Webhook `{name}`: a person confirms by `until approved` after a share.",
            "pre-rollout" => $"Webhook `{name}`: a test before users is a command under `checks`.",
            "event" or "post-rollout" or "rollback" =>
                $"Webhook `{name}` ({hook.Text("type")}) is not carried over.",
            _ => hook.Text("metadata", "cmd") is { } command
                ? $"Webhook `{name}`: load such as `{command}` is written `load:` under an environment."
                : $"Webhook `{name}` is not carried over.",
        };
    }
}

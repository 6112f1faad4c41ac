using System.Collections.Immutable;

namespace Headway.Server.Specs.Imports;

/// <summary>AnalysisTemplate, ClusterAnalysisTemplate and the canary steps of a Rollout, of Argo Rollouts.</summary>
internal static class ArgoImport
{
    public static bool Knows(SpecNode document) =>
        document.Text("apiVersion")?.StartsWith("argoproj.io/", StringComparison.Ordinal) == true
        && document.Text("kind") is ("AnalysisTemplate" or "ClusterAnalysisTemplate" or "Rollout");

    public static Imported Of(SpecNode document) => document.Text("kind") == "Rollout"
        ? Rollout(document) : Template(document);

    private static Imported Template(SpecNode document)
    {
        var (signals, left) = (new List<ImportedSignal>(), new List<string>());
        var values = document.Items("spec", "args").ToLookup(arg => arg.Text("name") ?? "", arg => arg.Text("value"));
        string? ValueOf(string name) => name.StartsWith("args.", StringComparison.Ordinal)
            ? values[name["args.".Length..]].FirstOrDefault() ?? ForeignQuery.Usual(name["args.".Length..]) : null;
        var watched = document.Items("spec", "dryRun").Select(dry => dry.Text("metricName")).ToHashSet();
        foreach (var metric in document.Items("spec", "metrics"))
            if (Signal(metric, ValueOf, watched, left) is { } signal) signals.Add(signal);
        return new([$"Argo {document.Text("kind")} {document.Text("metadata", "name")}"], [.. signals], [.. left]);
    }

    private static ImportedSignal? Signal(
        SpecNode metric, Func<string, string?> valueOf, HashSet<string?> watched, List<string> left)
    {
        var name = metric.Text("name") ?? "metric";
        var provider = metric.At("provider").KeysOf().FirstOrDefault() ?? "none";
        if (provider != "prometheus")
        {
            left.Add($"Metric `{name}`: the provider `{provider}` is not carried over; only `prometheus` is.");
            return null;
        }
        var (query, unknown) = ForeignQuery.Of(metric.Text("provider", "prometheus", "query") ?? "", valueOf);
        var keys = new List<KeyValuePair<string, string>>
        {
            new("prometheus", metric.Text("provider", "prometheus", "address") ?? "http://127.0.0.1:9090"),
            new("gauge", query),
        };
        var problem = ForeignQuery.Problem(query, unknown);
        foreach (var (key, isSuccess) in new[] { ("successCondition", true), ("failureCondition", false) })
            if (metric.Text(key) is { } condition)
            {
                var made = ArgoCondition.Of(condition, isSuccess);
                if (keys.Count > 2)
                    left.Add($"Metric `{name}`: its {key} `{condition}` is left out, since its other condition says "
                        + "already what is bad.");
                else if (made is { } said) keys.Add(new(said.Key, said.Value));
                else
                    problem ??= $"its {key} `{condition}` cannot be said in CEL; write `atMost`, `atLeast` or "
                        + "`badWhen`";
            }
        if (metric.Text("interval") is { } every && ForeignTime.Of(every) is { } time) keys.Add(new("every", time));
        if (watched.Contains(metric.Text("name"))) keys.Add(new("trust", "observe"));
        Leave(metric, name, left);
        return new(ForeignNode.NameOf(name), [.. keys], problem);
    }

    private static void Leave(SpecNode metric, string name, List<string> left)
    {
        foreach (var key in new[] { "count", "failureLimit", "inconclusiveLimit", "consecutiveErrorLimit",
            "consecutiveSuccessLimit" })
            if (metric.Text(key) is { } value)
                left.Add($"Metric `{name}`: `{key}: {value}` has no counterpart; a signal is looked at as long as the "
                    + "step lasts, and the evidence of all looks counts.");
        if (metric.Text("initialDelay") is not null)
            left.Add($"Metric `{name}`: `initialDelay` has no counterpart; instances have a warm-up of their own.");
    }

    private static Imported Rollout(SpecNode document)
    {
        var (steps, left) = (new List<string>(), new List<string>());
        foreach (var step in document.Items("spec", "strategy", "canary", "steps"))
            if (step.Number("setWeight") is { } weight and > 0 and < 100) steps.Add($"{ForeignNode.Show(weight)}%");
            else if (step.At("pause") is { } pause && steps.Count > 0 && !steps[^1].Contains(' '))
                steps[^1] += pause.Text("duration") is { } time && ForeignTime.Of(time) is { } lasts
                    ? $" for {lasts}" : " until approved";
            else if (step.At("setWeight") is null)
                left.Add($"Step `{step.KeysOf().FirstOrDefault()}` is not carried over.");
        if (document.At("spec", "strategy", "blueGreen") is not null)
            left.Add("The strategy `blueGreen` is written `blueGreen: true` under an environment.");
        if (document.At("spec", "strategy", "canary", "trafficRouting") is not null)
            left.Add("`trafficRouting` has no counterpart: Headway's gateway splits the traffic.");
        var canary = Rising(steps, left);
        return new([$"Argo Rollout {document.Text("metadata", "name")}"], [], [.. left]) { Canary = canary };
    }

    /// <summary>Shares that fall or stay have no meaning here; they are left out.</summary>
    internal static ImmutableArray<string> Rising(IEnumerable<string> steps, List<string> left)
    {
        var (made, last) = (ImmutableArray.CreateBuilder<string>(), 0.0);
        foreach (var step in steps)
        {
            var share = double.Parse(step[..step.IndexOf('%')], System.Globalization.CultureInfo.InvariantCulture);
            if (share > last) made.Add(step);
            else left.Add($"The step `{step}` does not rise above {ForeignNode.Show(last)}% and is left out.");
            last = Math.Max(last, share);
        }
        return made.ToImmutable();
    }
}

using System.Text.Json;

namespace Headway.Core.Scans.Formats;

/// <summary>
/// SARIF 2.1.0 (OASIS). The severity is the property `security-severity` where there is one, as GitHub has established,
/// else the level of the result or of its rule.
/// </summary>
internal static class Sarif
{
    public static ScanReading Read(JsonElement root)
    {
        if (root.Text("version") is { } version && !version.StartsWith("2.", StringComparison.Ordinal))
            return ScanReading.Unreadable($"It is SARIF {version}; 2.1.0 is read.");
        var list = new FindingList();
        string? failed = null;
        foreach (var run in root.Each("runs"))
        {
            var tool = run.At("tool").At("driver").Text("name") ?? "a scanner";
            failed ??= Failure(run, tool);
            var rules = Rules(run);
            foreach (var result in run.Each("results")) ReadResult(tool, rules, result, list);
        }
        return list.Reading("SARIF", failed);
    }

    /// <summary>A tool that says itself that it did not get through has not shown that nothing is there.</summary>
    private static string? Failure(JsonElement run, string tool) => run.Each("invocations")
        .Where(each => each.At("executionSuccessful") is { ValueKind: JsonValueKind.False })
        .Select(each => $"{tool} says that it failed: " + (each.Each("toolExecutionNotifications")
            .Select(note => note.At("message").Text("text")).FirstOrDefault(text => text is not null) ?? "no reason given"))
        .FirstOrDefault();

    private static Dictionary<string, JsonElement> Rules(JsonElement run)
    {
        var rules = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var extensions = run.At("tool").Each("extensions").SelectMany(each => each.Each("rules"));
        foreach (var rule in run.At("tool").At("driver").Each("rules").Concat(extensions))
            if (rule.Text("id") is { } id) rules.TryAdd(id, rule);
        return rules;
    }

    private static void ReadResult(
        string tool, Dictionary<string, JsonElement> rules, JsonElement result, FindingList list)
    {
        // What a baseline says is gone is not there; what passed was looked at and found good.
        if (result.Text("baselineState") is "absent" || result.Text("kind") is "pass" or "notApplicable") return;
        var id = result.Text("ruleId") ?? result.At("rule").Text("id") ?? "no rule";
        JsonElement? rule = rules.TryGetValue(id, out var known) ? known : null;
        var message = result.At("message").Text("text") ?? rule.At("shortDescription").Text("text") ?? id;
        var location = result.Each("locations").Select(each => each.At("physicalLocation")).FirstOrDefault();
        var path = PathOf(location.At("artifactLocation").Text("uri") ?? "");
        var snippet = location.At("region").At("snippet").Text("text");
        list.AddCode(new(tool, id, SeverityOf(result, rule), message, PrintOf(result, tool, id, path)
            ?? Fingerprint.OfCode(tool, id, path, snippet, message))
        {
            Place = path.Length == 0 ? null : new(path, location.At("region").Line("startLine")),
            Settled = Suppression(result),
        });
    }

    private static Severity SeverityOf(JsonElement result, JsonElement? rule) =>
        Severities.OfScoreText(Score(result)) ?? Severities.OfScoreText(Score(rule))
        ?? OfLevel(result.Text("level") ?? rule.At("defaultConfiguration").Text("level") ?? "warning", result);

    private static string? Score(JsonElement? element) => element.At("properties").Text("security-severity")
        ?? (element.At("properties").Number("security-severity") is { } number
            ? number.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);

    /// <summary>The rank, 0 to 100, tells errors apart where a tool gives one.</summary>
    private static Severity OfLevel(string level, JsonElement result) => level switch
    {
        "error" => ((JsonElement?)result).Number("rank") is >= 90 ? Severity.Critical : Severity.High,
        "warning" => Severity.Medium,
        "note" => Severity.Low,
        "none" => Severity.Info,
        _ => Severity.Unknown,
    };

    private static string? PrintOf(JsonElement result, string tool, string rule, string path)
    {
        var prints = ((JsonElement?)result).Entries("fingerprints")
            .Concat(((JsonElement?)result).Entries("partialFingerprints"));
        foreach (var print in prints)
            if (((JsonElement?)print.Value).Text() is { Length: > 0 } given)
                return Fingerprint.OfTool(tool, rule, path, given);
        return null;
    }

    /// <summary>A suppression that waits for a review, or was rejected, settles nothing.</summary>
    private static string? Suppression(JsonElement result) => result.Each("suppressions")
        .Where(each => each.Text("status") is null or "accepted")
        .Select(each => $"suppressed {(each.Text("kind") is "inSource" ? "in the source" : "by the tool's settings")}"
            + (each.Text("justification") is { } why ? $": {why}" : "")).FirstOrDefault();

    private static string PathOf(string address)
    {
        var path = Uri.UnescapeDataString(address);
        if (path.StartsWith("file://", StringComparison.OrdinalIgnoreCase)) path = path[7..];
        const string root = "/job/";
        if (path.StartsWith(root, StringComparison.Ordinal)) path = path[root.Length..];
        return Json.Plain(path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path);
    }
}

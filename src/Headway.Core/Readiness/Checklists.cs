using System.Collections.Immutable;
using Headway.Core.Services;
using Headway.Core.Strategies;

namespace Headway.Core.Readiness;

/// <summary>
/// The two checklists that come before a service goes out by itself, computed item by item from what the service says and from
/// what was seen of it. Nobody ticks anything.
/// </summary>
public static class Checklists
{
    public const int RunsLookedAt = 10;

    public static ImmutableArray<ReadinessItem> Of(ReadinessFacts facts) =>
    [
        Tests(facts), Telemetry(facts), Smoke(facts), Scans(facts), Migrations(facts),
        Objectives(facts), Strategy(facts), Rollback(facts), Runbook(facts), OnCall(facts),
    ];

    private static ReadinessItem Tests(ReadinessFacts facts)
    {
        const string Asks = "Automated tests pass consistently.";
        const string Do = "A job that runs them and says where its results are: `test: { run: ..., reports: \"**/*.xml\" }`.";
        var tested = facts.Runs.Where(run => run.TestReports > 0).ToList();
        if (facts.Runs.IsEmpty) return Unknown("tests", Checklist.PreProduction, Asks, "Nothing was built yet.", Do);
        if (tested.Count == 0) return Missing("tests", Checklist.PreProduction, Asks, $"None of the last {Runs(facts.Runs.Length)} left results of tests.", Do);
        var failing = tested.Count(run => run.Failing);
        return failing * 5 > tested.Count
            ? Missing("tests", Checklist.PreProduction, Asks, $"Tests failed in {failing} of the last {Runs(tested.Count)}.",
                "Tests that fail only when something is wrong: `headway tests` shows which fail and which are flaky.")
            : Met("tests", Checklist.PreProduction, Asks, failing == 0 ? $"They passed in the last {Runs(tested.Count)}."
                : $"They failed in {failing} of the last {Runs(tested.Count)}.");
    }

    private static ReadinessItem Telemetry(ReadinessFacts facts)
    {
        const string Asks = "It is seen what users meet, by release.";
        const string Do = "Users who arrive by the gateway (`listen:`), or OpenTelemetry: what Headway starts is given `OTEL_EXPORTER_OTLP_ENDPOINT` and its release id.";
        if (facts.Seen is not { } seen) return Unknown("telemetry", Checklist.PreProduction, Asks, "Nothing is out yet.", Do);
        var all = seen.Telemetry.Append(seen.Requests ? "requests at the gateway" : "").Where(word => word.Length > 0).ToList();
        return all.Count > 0 ? Met("telemetry", Checklist.PreProduction, Asks, $"Of {seen.Release} came {string.Join(", ", all)} within the last hour.")
            : Missing("telemetry", Checklist.PreProduction, Asks, $"Nothing came of {seen.Release} within the last hour.", Do);
    }

    private static ReadinessItem Smoke(ReadinessFacts facts)
    {
        const string Asks = "A release is tried before users meet it.";
        var tries = facts.Spec.Environments.Where(each => !each.Checks.IsDefaultOrEmpty || !each.Verify.IsDefaultOrEmpty).ToList();
        if (tries.Count == 0)
            return Missing("smoke", Checklist.PreProduction, Asks, "No environment has `checks` or `verify`.",
                "`checks: [ \"curl -fsS $HEADWAY_URL/healthz\" ]` in an environment.");
        var tried = tries.Select(each => each.Name).Where(facts.Tried.Contains).ToList();
        return tried.Count > 0 ? Met("smoke", Checklist.PreProduction, Asks, $"Releases are tried in {string.Join(" and ", tried)}, and the newest passed.")
            : Unknown("smoke", Checklist.PreProduction, Asks, $"They are to be tried in {string.Join(" and ", tries.Select(each => each.Name))}, and none has passed yet.",
                "A release that passes its checks.");
    }

    private static ReadinessItem Scans(ReadinessFacts facts)
    {
        const string Asks = "Security scans are done, and what they found is mended.";
        if (facts.Findings.Reports == 0)
            return Missing("scans", Checklist.PreProduction, Asks, "The newest release came without a report of a scanner.",
                "A job that runs one and says where its results are: `scan: { run: ..., scans: \"*.sarif\" }`.");
        var (critical, high) = (facts.Findings.Critical, facts.Findings.High);
        return critical + high == 0 ? Met("scans", Checklist.PreProduction, Asks, $"{Reports(facts.Findings.Reports)}, and nothing critical or high is open.")
            : Missing("scans", Checklist.PreProduction, Asks, $"{critical} critical and {high} high findings are open.", $"`headway scans {facts.Spec.Service}`, and mend or triage them.");
    }

    private static ReadinessItem Migrations(ReadinessFacts facts)
    {
        const string Asks = "Changes of a schema can be taken back.";
        var paths = facts.Runs.SelectMany(run => run.Migrations).Distinct(StringComparer.Ordinal).ToList();
        return facts.Runs.IsEmpty ? Unknown("migrations", Checklist.PreProduction, Asks, "Nothing was built yet.", "A commit.")
            : paths.Count == 0 ? Met("migrations", Checklist.PreProduction, Asks, $"None of the last {Runs(facts.Runs.Length)} changed a schema.")
            : Unknown("migrations", Checklist.PreProduction, Asks, $"{paths[0]}{(paths.Count > 1 ? $" and {paths.Count - 1} more" : "")} may change a schema.",
                "See that the release before runs on the new schema: expand first, contract in a later release.");
    }

    private static ReadinessItem Objectives(ReadinessFacts facts)
    {
        const string Asks = "Objectives are set and watched.";
        if (facts.Spec.Objectives.Availability is null && facts.Spec.Objectives.LatencyP99 is null)
            return Missing("objectives", Checklist.Production, Asks, "Users are promised nothing.", "`objectives: { availability: 99.9%, latency: { p99: 400ms } }`.");
        return facts.Seen is { Requests: true } || facts.Spec.Evidence.Any(signal => signal.Trust is not Evidence.Trust.Observe)
            ? Met("objectives", Checklist.Production, Asks, "They are set, and requests or signals are judged by them.")
            : Unknown("objectives", Checklist.Production, Asks, "They are set, and no request of a user was seen within the last hour.", "Users, or `evidence:` that sees them.");
    }

    private static ReadinessItem Strategy(ReadinessFacts facts) => facts.Spec.Environments[^1] is { Strategy: StrategySpec.Canary or StrategySpec.Rolling } or { Shadow: not null }
        ? Met("strategy", Checklist.Production, StrategyAsks, $"{facts.Spec.Environments[^1].Name} takes releases in steps.")
        : Missing("strategy", Checklist.Production, StrategyAsks, $"All users of {facts.Spec.Environments[^1].Name} meet a release at once.", "`canary: [5%, 25%, 50%]`.");

    private static ReadinessItem Rollback(ReadinessFacts facts) => facts.Good > 1
        ? Met("rollback", Checklist.Production, RollbackAsks, $"A bad release is taken back by itself, and {facts.Good} good ones are known.")
        : Unknown("rollback", Checklist.Production, RollbackAsks, "There is no earlier good release to go back to yet.", "A second release that is good.");

    private static ReadinessItem Runbook(ReadinessFacts facts) => facts.HasRunbook switch
    {
        true => Met("runbook", Checklist.Production, RunbookAsks, $"It is at {facts.Spec.Runbook}."),
        false => Missing("runbook", Checklist.Production, RunbookAsks, $"{facts.Spec.Runbook} is not in the newest commit.", "That file, or another path."),
        null => Missing("runbook", Checklist.Production, RunbookAsks, "None is named.", "`runbook: docs/runbook.md` in headway.yaml."),
    };

    private static ReadinessItem OnCall(ReadinessFacts facts) => facts.Spec is { Owner: { } owner, OnCall: { } called }
        ? Met("onCall", Checklist.Production, OnCallAsks, $"{owner}, by {called}.")
        : Missing("onCall", Checklist.Production, OnCallAsks, facts.Spec.Owner is null ? "Nobody is named." : $"{facts.Spec.Owner} owns it, and nobody is named to be called.",
            "`owner: team-shop` and `onCall: \"pager: shop\"` in headway.yaml.");

    private const string StrategyAsks = "Users meet a release in steps.";
    private const string RollbackAsks = "It is taken back by itself when it hurts.";
    private const string RunbookAsks = "It is written what to do when it hurts users.";
    private const string OnCallAsks = "Somebody is called.";

    private static string Runs(int count) => count == 1 ? "run" : $"{count} runs";

    private static string Reports(int count) => count == 1 ? "1 report" : $"{count} reports";

    private static ReadinessItem Met(string id, Checklist list, string asks, string found) => new(id, list, asks, ItemStanding.Met, found, null);

    private static ReadinessItem Missing(string id, Checklist list, string asks, string found, string what) => new(id, list, asks, ItemStanding.Missing, found, what);

    private static ReadinessItem Unknown(string id, Checklist list, string asks, string found, string what) => new(id, list, asks, ItemStanding.Unknown, found, what);
}

using System.Text.Json;
using Headway.Cli.Status;
using Headway.Core;
using Headway.Server.Status;
using Xunit;

namespace Headway.Cli.Tests.Status;

public sealed class StoryTests
{
    private readonly Story _story = new(DateTimeOffset.Parse("2026-01-01T00:00:00Z"));

    [Fact]
    public void A_build_is_told_once_from_push_to_release()
    {
        Assert.Equal(["abcdefa \"Search\" was pushed", "abcdefa: test runs"], Tell(Run(test: "Running")));
        Assert.Empty(Tell(Run(test: "Running")));
        Assert.Equal(["shop-2-abcdefa is built and tested"],
            Tell(Run(test: "Succeeded", outcome: "Succeeded", release: "shop-2-abcdefa")));
    }

    [Fact]
    public void A_build_that_fails_is_told_with_its_reason()
    {
        Assert.Contains("abcdefa: test failed: 1 test failed", Tell(Run(test: "Failed", outcome: "Failed")));
    }

    [Fact]
    public void A_rollout_is_told_step_by_step_until_it_is_taken_back()
    {
        Assert.Equal(
            ["shop-2-b goes to production (canary)", "production: give the candidate 5 %", "production: watch users",
                "production: the judge says Nothing is proven yet."],
            Tell(Rollout(step: 1, verdict: "KeepWatching")));
        Assert.Empty(Tell(Rollout(step: 1, verdict: "KeepWatching")));
        Assert.Equal(["shop-2-b is taken back from production: proven worse", "production is back on shop-1-a"],
            Tell(Rollout(step: 1, verdict: "Rollback", cause: "ProvenWorse", end: "RolledBack")));
    }

    [Fact]
    public void What_ended_before_the_story_began_is_not_told()
    {
        Assert.Empty(Tell(Rollout(step: 1, verdict: "Promote", end: "Completed", endedAt: "2025-12-31T00:00:00Z")));
    }

    private List<string> Tell(string service)
    {
        var picture = $$"""
            { "version": "1", "at": "2026-01-01T00:00:01Z", "nodes": [], "unreadable": {}, "services": [ {{service}} ] }
            """;
        var status = JsonSerializer.Deserialize<StatusView>(picture, Wire.Json)!;
        return [.. _story.Next(status).Select(line => line.Text)];
    }

    private static string Run(string test, string? outcome = null, string? release = null) => $$"""
        { "service": { "name": "shop", "runs": [] }, "lanes": [], "waits": [],
          "run": { "id": "shop-2", "service": "shop", "number": 2, "startedAt": "2026-01-01T00:00:01Z",
            "commit": { "sha": "abcdefabcdef", "subject": "Search" },
            "outcome": {{Text(outcome)}}, "says": "It failed.",
            "release": {{(release is null ? "null" : $$"""{ "id": "{{release}}" }""")}},
            "jobs": [ { "name": "test", "phase": "{{test}}", "attempt": 1, "says": "1 test failed" } ] } }
        """;

    private static string Rollout(
        int step, string verdict, string? cause = null, string? end = null, string? endedAt = null) => $$"""
        { "service": { "name": "shop", "runs": [] }, "waits": [], "lanes": [ {
            "lane": "shop/production", "service": "shop", "environment": "production",
            "verdict": { "kind": "{{verdict}}", "says": "Nothing is proven yet." },
            "instances": [], "rollout": {
              "steps": [ "give the candidate 5 %", "watch users" ],
              "state": { "id": "shop-production-2", "service": "shop", "environment": "production",
                "stable": "shop-1-a", "candidate": "shop-2-b", "step": {{step}},
                "phase": "{{(end is null ? "Advancing" : "Ended")}}",
                "plan": { "strategy": "canary", "notes": [], "steps": [
                  { "kind": "expose", "part": "traffic", "to": { "kind": "fraction", "share": 0.05 } },
                  { "kind": "watch", "for": "Users", "atLeast": "00:00:15", "atMost": "00:10:00" } ] },
                "cause": {{Text(cause)}}, "causeSays": "proven worse", "end": {{Text(end)}},
                "endedAt": {{(end is null ? "null" : Text(endedAt ?? "2026-01-01T00:00:05Z"))}},
                "history": [ { "step": 0 }, { "step": 1 } ] } } } ] }
        """;

    private static string Text(string? text) => text is null ? "null" : $"\"{text}\"";
}

using System.Collections.Immutable;
using System.Diagnostics;
using Headway.Core.Policies;
using Headway.Core.Rollouts;
using Headway.Core.Waiting;
using Headway.Server.Policies;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>Policies as files in git, with real processes.</summary>
public sealed class PolicyTests : IDisposable
{
    private const string Rule = "says: Commits name their ticket\nenvironments: [production]\nrequire: commit.subject.contains('Greeter 1') || commit.subject.contains('SHOP-')\nmessage: \"`${commit.subject}` names no ticket\"\n";
    private readonly Folder _folder = new();

    [Fact]
    public async Task A_policy_in_git_keeps_a_release_out_until_an_exception_lets_it_past_and_says_what_it_would_have_stopped()
    {
        using var greeter = new Greeter("  production: { listen: {1} }");
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        Assert.Equal(RolloutEnd.Completed, (await headway.EndedAsync(1)).End);
        Assert.Contains("telemetry", (await headway.CommandAsync("policy", "list")).Out);

        var clone = Path.Combine(_folder.Path, "state");
        Git(_folder.Path, "clone", "-q", Path.Combine(headway.Data, "server", "state.git"), clone);
        Push(clone, "require: commit.subjct == ''\n");
        await headway.UntilAsync("the mistake is shown", async () => (await headway.CommandAsync("policy", "list")) is { ExitCode: ExitCode.No } list
            && list.Out.Contains("policies/ticket.yaml:1:10") && list.Out.Contains("`commit` has no field 'subjct'"));
        Push(clone, Rule);
        await headway.UntilAsync("the policy is in force", async () =>
            (await headway.Api.GetAsync<PoliciesView>("api/v1/policies", default)).Policies.Any(policy => policy.Name == "ticket"));

        greeter.Commit(2);
        await headway.UntilAsync("the policy keeps the second release out", async () => (await headway.ProductionAsync())?.Wait is
            { Kind: WaitKind.Policy } wait && wait.Says.Contains("Policy `ticket`: `Greeter 2` names no ticket"));
        var explained = await headway.CommandAsync("policy", "explain", "greeter", "--json");
        Assert.Equal(ExitCode.No, explained.ExitCode);
        Assert.Equal("Greeter 2", explained.Json().GetProperty("input").GetProperty("commit").GetProperty("subject").GetString());
        var file = Path.Combine(_folder.Path, "numbers.yaml");
        await File.WriteAllTextAsync(file, "says: Nothing after the first\nrequire: release.number < 2\n");
        var replay = await headway.CommandAsync("policy", "replay", file, "--json");
        Assert.Equal([2], replay.Json().GetProperty("stopped").EnumerateArray().Select(each => each.GetProperty("release").GetString()!).Distinct()
            .Select(release => int.Parse(release.Split('-')[1])));

        Push(clone, $"{Rule}exceptions:\n  - {{ services: [greeter], why: The ticket system is down, until: 2099-01-01 }}\n");
        Assert.Equal(RolloutEnd.Completed, (await headway.EndedAsync(2)).End);
        var record = await headway.StopAsync();
        record.HoldsTogether();
        Assert.Contains(record.Stored, each => each is { Type: "policy.decided", Stream: "policy/greeter/production" });
    }

    [Fact]
    public async Task Cases_beside_a_policy_are_run_without_a_server()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "friday.yaml"),
            "says: Nothing on Fridays\nenvironments: [production]\nrequire: time.weekday != 'Fri'\n");
        var cases = Path.Combine(_folder.Path, "friday.test.yaml");
        await File.WriteAllTextAsync(cases, """
            cases:
              - { name: A Monday is fine, expect: pass }
              - { name: A Friday is not, input: { time: { weekday: Fri } }, expect: block }
              - { name: Staging may, input: { time: { weekday: Fri }, environment: { name: staging } }, expect: nothing }
            """);
        var ran = await RunningProgram.CommandAsync("policy", "test", _folder.Path);
        Assert.True(ran.ExitCode == ExitCode.Ok, ran.Out + ran.Error);
        Assert.Contains("3 passed, 0 failed", ran.Out);
        await File.AppendAllTextAsync(cases, "\n  - { name: A Tuesday is not, input: { time: { weekday: Tue } }, expect: block }\n");
        ran = await RunningProgram.CommandAsync("policy", "test", _folder.Path);
        Assert.Equal(ExitCode.No, ran.ExitCode);
        Assert.Contains("FAIL  friday: A Tuesday is not\n      expected block, got pass", ran.Out);
    }

    public void Dispose() => _folder.Dispose();

    private static void Push(string clone, string policy)
    {
        Git(clone, "pull", "-q", "--rebase");
        Directory.CreateDirectory(Path.Combine(clone, "policies"));
        File.WriteAllText(Path.Combine(clone, "policies", "ticket.yaml"), policy);
        Git(clone, "add", ".");
        Git(clone, "commit", "-q", "-m", "Change the policy");
        Git(clone, "push", "-q");
    }

    private static void Git(string folder, params ImmutableArray<string> arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git",
            ["-C", folder, "-c", "user.name=Ann", "-c", "user.email=ann@example.com", .. arguments]) { RedirectStandardError = true })!;
        var said = git.StandardError.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, said);
    }
}

using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Headway.Core.Pipelines;
using Headway.Core.Rollouts;
using Headway.Core.Waiting;
using Headway.Server.Policies;
using Headway.Server.Status;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>Policies wherever they are asked, by either engine, with real processes.</summary>
public sealed class PolicyPointTests : IDisposable
{
    private readonly Folder _folder = new();

    [Fact]
    public async Task A_commit_is_not_built_a_release_is_not_made_and_what_users_have_is_said_to_break_a_rule()
    {
        using var greeter = new Greeter("  production: { listen: {1} }");
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        Assert.Equal(RolloutEnd.Completed, (await headway.EndedAsync(1)).End);
        await InForceAsync(headway,
            ("commits", "says: No second\nat: [commit]\nrequire: \"!commit.subject.endsWith('2')\"\nmessage: \"`${commit.subject}` is not built\"\n"),
            ("releases", "says: No third\nat: [release]\nrequire: \"!commit.subject.endsWith('3')\"\n"),
            ("runs", "says: Everybody has an owner\nat: [runtime]\nrequire: service.owner != null\n"));

        await headway.UntilAsync("what users have breaks a rule", async () => (await headway.CommandAsync("why", Greeter.Name)).Out
            .Contains("which users have, breaks policy `runs`: Everybody has an owner"));
        Assert.StartsWith("greeter-1-", (await headway.ProductionAsync())!.State.Current);

        greeter.Commit(2);
        await headway.UntilAsync("the second commit is refused", async () => (await headway.CommandAsync("why", Greeter.Name)).Out
            .Contains("Policy `commits`: `Greeter 2` is not built"));
        greeter.Commit(3);
        await headway.UntilAsync("the third makes no release", async () => (await headway.Api.GetAsync<StatusView>("api/v1/status", default))
            .Services[0].Run is { Outcome: RunOutcome.Failed, Release: null } run && run.Says!.Contains("Policy `releases`: No third"));
        greeter.Commit(4);
        Assert.Equal(RolloutEnd.Completed, (await headway.EndedAsync(3)).End);
        var record = await headway.StopAsync();
        record.HoldsTogether();
        Assert.Equal(["policy/greeter/commit", "policy/greeter/production", "policy/greeter/production/runtime", "policy/greeter/release"],
            record.Stored.Where(each => each.Type == "policy.decided").Select(each => each.Stream).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_rule_in_rego_is_asked_of_its_agent_and_silence_lets_nothing_through()
    {
        using var agent = new Agent();
        using var greeter = new Greeter("  production: { listen: {1} }");
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        Assert.Equal(RolloutEnd.Completed, (await headway.EndedAsync(1)).End);
        await InForceAsync(headway, ("rego", "says: What the agent says\nopa: { connection: agent, rule: headway/deny }\n"));
        greeter.Commit(2);
        Task WaitsAsync(string says) => headway.UntilAsync($"it waits: {says}", async () =>
            (await headway.ProductionAsync())!.Wait is { Kind: WaitKind.Policy } wait && wait.Says.Contains(says));
        await WaitsAsync("`headway/deny` could not be answered by `agent`: there is no connection of that name");
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("connections", "add", "agent", "--kind", "opa", "--url", agent.Url)).ExitCode);
        await WaitsAsync("Policy `rego`: `greeter-2` is denied");
        Assert.Equal("Greeter 2", agent.Asked.GetProperty("input").GetProperty("commit").GetProperty("subject").GetString());
        agent.Denies = false;
        Assert.Equal(RolloutEnd.Completed, (await headway.EndedAsync(2)).End);
    }

    [Fact]
    public async Task Checklists_are_computed_and_a_critical_service_without_tests_waits_for_somebody()
    {
        using var greeter = new Greeter("  production: { listen: {1} }")
        {
            Build = "tier: critical\nowner: team-greeter\nrunbook: greeter.pl\nobjectives: { availability: 99% }",
        };
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        Assert.Equal(RolloutEnd.Completed, (await headway.EndedAsync(1)).End);
        await InForceAsync(headway, ("gradual", "says: Not here\noff: a test of something else\n"));
        greeter.Commit(2);
        await headway.UntilAsync("the second release waits for somebody", async () => (await headway.ProductionAsync())!.Wait is
            { Kind: WaitKind.Approval } wait && wait.Says.Contains("greeter is not ready to go out by itself: no tests that pass consistently"));

        var shown = await headway.CommandAsync("readiness", Greeter.Name, "--json");
        Assert.Equal(ExitCode.No, shown.ExitCode);
        var items = shown.Json().GetProperty("items").EnumerateArray().ToDictionary(
            item => item.GetProperty("id").GetString()!, item => item.GetProperty("standing").GetString());
        Assert.Equal(("Missing", "Missing", "Met", "Missing"), (items["tests"], items["scans"], items["runbook"], items["onCall"]));
        Assert.Contains("lacks tests", (await headway.CommandAsync("readiness")).Out);
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("approve", Greeter.Name, "--reason", "Seen")).ExitCode);
        Assert.Equal(RolloutEnd.Completed, (await headway.EndedAsync(2)).End);
    }

    public void Dispose() => _folder.Dispose();

    private async Task InForceAsync(RunningHeadway headway, params ImmutableArray<(string Name, string Text)> policies)
    {
        var clone = Path.Combine(_folder.Path, "state");
        Git(_folder.Path, "clone", "-q", Path.Combine(headway.Data, "server", "state.git"), clone);
        Directory.CreateDirectory(Path.Combine(clone, "policies"));
        foreach (var (name, text) in policies) await File.WriteAllTextAsync(Path.Combine(clone, "policies", $"{name}.yaml"), text);
        Git(clone, "add", ".");
        Git(clone, "commit", "-q", "-m", "Rules");
        Git(clone, "pull", "-q", "--rebase");
        Git(clone, "push", "-q");
        await headway.UntilAsync("the policies are in force", async () =>
        {
            var view = await headway.Api.GetAsync<PoliciesView>("api/v1/policies", default);
            Assert.True(view.Problems.IsEmpty, string.Join('\n', view.Problems));
            return policies.All(each => view.Policies.Any(policy => policy.From == $"policies/{each.Name}.yaml"));
        });
    }

    private static void Git(string folder, params ImmutableArray<string> arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git",
            ["-C", folder, "-c", "user.name=Ann", "-c", "user.email=ann@example.com", .. arguments]) { RedirectStandardError = true })!;
        var said = git.StandardError.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, said);
    }

    /// <summary>Answers as the Data API of an Open Policy Agent does, over a real connection.</summary>
    private sealed class Agent : IDisposable
    {
        private readonly HttpListener _listener = new();

        public Agent()
        {
            var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            free.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
            free.Stop();
            _listener.Prefixes.Add($"{Url}/");
            _listener.Start();
            _ = Task.Run(AnswerAsync);
        }

        public string Url { get; }

        public volatile bool Denies = true;

        public JsonElement Asked { get; private set; }

        public void Dispose() => _listener.Close();

        private async Task AnswerAsync()
        {
            while (_listener.IsListening)
            {
                var context = await _listener.GetContextAsync();
                if (context.Request.Url!.AbsolutePath == "/v1/data/headway/deny")
                {
                    Asked = (await JsonDocument.ParseAsync(context.Request.InputStream)).RootElement;
                    var number = Asked.GetProperty("input").GetProperty("release").GetProperty("number").GetInt32();
                    var answer = Denies ? $$"""{"result":["`greeter-{{number}}` is denied"]}""" : """{"result":[]}""";
                    await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
                }
                context.Response.Close();
            }
        }
    }
}

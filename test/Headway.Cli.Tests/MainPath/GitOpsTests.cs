using System.Diagnostics;
using Headway.Core.Rollouts;
using Headway.Core.Waiting;
using Headway.Server.Intent;
using Headway.Server.Rollouts;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>Intent in git, with real processes: what Headway decides is a commit, and what people commit is obeyed.</summary>
public sealed class GitOpsTests : IDisposable
{
    private const string File = "services/greeter/production.yaml";
    private readonly Folder _folder = new();

    [Fact]
    public async Task A_promotion_is_a_commit_a_rollback_a_revert_and_what_people_commit_is_obeyed()
    {
        using var greeter = new Greeter("  production: { listen: {1} }");
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var (first, second) = ((await headway.EndedAsync(1)).Candidate, "");
        greeter.Commit(2);
        second = (await headway.EndedAsync(2)).Candidate;
        Assert.Equal(RolloutEnd.Completed, (await headway.EndedAsync(2)).End);
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("rollback", "greeter", "--reason", "users complain")).ExitCode);
        await OutAsync(headway, first);
        await LogAsync(headway, log => log.StartsWith($"Revert \"Promote {second} in production\"\nPromote {second} in production\nPromote {first}"));

        // Taking the hold out and wanting the release again is one commit of a person.
        var clone = Path.Combine(_folder.Path, "state");
        Git(_folder.Path, "clone", "-q", Path.Combine(headway.Data, "server", "state.git"), clone);
        Assert.Contains("hold:\n", await System.IO.File.ReadAllTextAsync(Path.Combine(clone, File)));
        Commit(clone, $"# by hand\nrelease: {second}\n", "The complaint was about something else");
        await OutAsync(headway, second);
        Assert.Contains("# by hand\n", (await headway.CommandAsync("state", "show", File)).Out);

        // What cannot be obeyed stays where it is, is said, and changes nothing.
        Commit(clone, "# by hand\nrelease: greeter-9-0000000\n", "Try nine");
        await headway.UntilAsync("`why` says what is wrong with the commit", async () => (await headway.ProductionAsync())!.Wait is
            { Kind: WaitKind.Intent } wait && wait.Says.Contains("There is no release `greeter-9-0000000` of greeter."));
        var problems = await headway.CommandAsync("state", "problems");
        Assert.Equal(ExitCode.No, problems.ExitCode);
        Assert.Contains("ann@example.com", problems.Out);
        Assert.Equal(second, (await headway.ProductionAsync())!.State.Current);

        // A hold is a commit too, and mends the file; then history is rewritten under the server.
        Commit(clone, $"# by hand\nrelease: {second}\nhold: {{ why: A holiday }}\n", "Nothing new over the holiday");
        await headway.UntilAsync("the lane is held", async () => (await headway.ProductionAsync())!.State.Hold is { Release: null, Why: "A holiday" });
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("state", "problems")).ExitCode);
        var head = (await StateAsync(headway)).Head!;
        Git(clone, "checkout", "-q", "--orphan", "other");
        Git(clone, "commit", "-q", "-m", "Begin again");
        Git(clone, "push", "-q", "--force", "origin", "other:main");
        await headway.UntilAsync("the rewriting is said", async () => (await StateAsync(headway)).Trouble?.Contains("rewritten") == true);
        Assert.Equal(head, (await StateAsync(headway)).Head);

        var record = await headway.StopAsync();
        Assert.Null(record.Chain.Problem);
        Assert.Contains(record.Stored, each => each is { Type: "lane.holdLifted", Actor: "ann@example.com" });
        Assert.Contains(record.Stored, each => each is { Type: "lane.holdPlaced", Actor: "ann@example.com" });
    }

    [Fact]
    public async Task A_server_that_dies_between_the_commit_and_its_record_goes_on_and_what_was_pushed_meanwhile_is_obeyed()
    {
        using var greeter = new Greeter("  production: { listen: {1} }");
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var first = (await headway.EndedAsync(1)).Candidate;
        greeter.Commit(2);
        await headway.UntilAsync("the second release is decided", async () =>
            (await headway.ProductionAsync())!.State is { Newest: 2 });
        await headway.KillAsync("server");
        await headway.StartServerAsync();
        var second = await headway.EndedAsync(2);
        Assert.Equal(RolloutEnd.Completed, second.End);
        await LogAsync(headway, log => log == $"Promote {second.Candidate} in production\nPromote {first} in production");

        await headway.KillAsync("server");
        var clone = Path.Combine(_folder.Path, "state");
        Git(_folder.Path, "clone", "-q", Path.Combine(headway.Data, "server", "state.git"), clone);
        Commit(clone, $"release: {first}\n", "Go back while nobody looks");
        await headway.StartServerAsync();
        await OutAsync(headway, first);
    }

    public void Dispose() => _folder.Dispose();

    private static Task OutAsync(RunningHeadway headway, string release) => headway.UntilAsync($"{release} is out", async () =>
        (await headway.ProductionAsync())!.State is { Open: null, Queued: null } state && state.Current == release);

    private static Task LogAsync(RunningHeadway headway, Func<string, bool> isSo) => headway.UntilAsync("the log of the state repo is as it should be",
        async () => isSo(string.Join('\n', (await headway.Api.GetAsync<StateCommit[]>("api/v1/state/log", default)).Select(each => each.Subject))));

    private static Task<StateView> StateAsync(RunningHeadway headway) => headway.Api.GetAsync<StateView>("api/v1/state", default);

    private static void Commit(string clone, string text, string subject)
    {
        Git(clone, "pull", "-q", "--rebase");
        System.IO.File.WriteAllText(Path.Combine(clone, File), text);
        Git(clone, "add", ".");
        Git(clone, "commit", "-q", "-m", subject);
        Git(clone, "push", "-q");
    }

    private static void Git(string folder, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git",
            ["-C", folder, "-c", "user.name=Ann", "-c", "user.email=ann@example.com", .. arguments]) { RedirectStandardError = true })!;
        var said = git.StandardError.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, said);
    }
}

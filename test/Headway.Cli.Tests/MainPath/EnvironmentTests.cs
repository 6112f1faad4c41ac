using System.Net;
using Headway.Core.Waiting;
using Headway.Server.Provisioning;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>What an environment consists of comes, is looked at and goes back with releases, with real processes.</summary>
public sealed class EnvironmentTests
{
    private const string Provisioned =
        "  production: { listen: {1}, provision: { make: './infra.pl PUT', check: './infra.pl GET', check every: 1s, remove: './infra.pl DELETE', paths: [infra.txt] } }";

    [Fact]
    public async Task It_is_made_before_the_release_goes_back_with_it_and_is_put_back_and_taken_away()
    {
        using var cloud = new Cloud();
        using var greeter = new Greeter(Provisioned);
        greeter.Write("infra.pl", cloud.Script, executable: true);
        Commit(greeter, 1, "one");
        await using var headway = await RunningHeadway.StartAsync(greeter);
        await headway.EndedAsync(1);
        Assert.Equal("one", cloud.There["production"]);

        // Nothing is made anew where the files that describe it are the same.
        Commit(greeter, 2, "one");
        await headway.EndedAsync(2);
        Assert.Equal(["one"], cloud.Put);

        Commit(greeter, 3, "broken");
        await headway.UntilAsync("it is said that the environment could not be made", async () => (await headway.ProductionAsync())?.Wait is
            { Kind: WaitKind.Environment } wait && wait.Says.Contains("could not be made") && wait.Unblocks!.Contains("headway environments make"));
        await headway.UntilAsync("what was half made is made as before", () => Task.FromResult(cloud.There["production"] == "one"));
        Assert.StartsWith("greeter-2-", (await headway.ProductionAsync())!.State.Current);

        // The environment is made, but the release is turned away: both go back.
        greeter.Release = greeter.FirstRelease.Replace("production: {", "production: { checks: [ exit 1 ],", StringComparison.Ordinal);
        Commit(greeter, 4, "four");
        await headway.UntilAsync("it came and went", () => Task.FromResult(cloud.Put.Contains("four") && cloud.There["production"] == "one"));

        await headway.UntilAsync("it was looked at", async () => (await headway.CommandAsync("environments", "list")).Out.Contains("It is as greeter-2-"));

        cloud.There["production"] = "what somebody did by hand";
        await headway.UntilAsync("it is put back", () => Task.FromResult(cloud.There["production"] == "one"));

        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("environments", "remove", "greeter", "production", "--reason", "not wanted")).ExitCode);
        await headway.UntilAsync("it is taken away", () => Task.FromResult(cloud.There.IsEmpty));
        await headway.UntilAsync("nobody answers there", async () => await AnswerAsync(greeter.Address) is HttpStatusCode.ServiceUnavailable);
        await headway.UntilAsync("it is said so", async () => (await headway.CommandAsync("environments", "list")).Out.Contains("It was taken away."));

        await headway.UntilAsync("git says so too", async () => (await headway.CommandAsync("state", "log")).Out.Contains("Empty production of greeter"));

        // A newer release brings it again, also where the server dies meanwhile.
        greeter.Release = null;
        Commit(greeter, 5, "five");
        await headway.UntilAsync("it is being made", async () => (await headway.Api.GetAsync<EnvironmentView[]>("api/v1/environments", default)) is [{ Run: { } run }] && run.Contains("greeter-5-"));
        await headway.KillAsync("server");
        await headway.StartServerAsync();
        await headway.UntilAsync("it is out", async () => (await headway.ProductionAsync())?.State is { Open: null, Current: { } current } && current.StartsWith("greeter-5-", StringComparison.Ordinal));
        Assert.Equal("five", cloud.There["production"]);
        (await headway.StopAsync()).HoldsTogether();
    }

    private static void Commit(Greeter greeter, int version, string infrastructure)
    {
        greeter.Write("infra.txt", infrastructure);
        greeter.Commit(version);
    }

    private static async Task<HttpStatusCode> AnswerAsync(Uri address)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(address);
        return answer.StatusCode;
    }
}

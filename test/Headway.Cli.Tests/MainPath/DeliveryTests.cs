using Headway.Core.Rollouts;
using Headway.Core.Waiting;
using Headway.Server.Delivery;
using Headway.Server.Status;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>Continuous delivery, with real processes: people and the clock have their say before a release comes.</summary>
public sealed class DeliveryTests : IDisposable
{
    private readonly Folder _folder = new();

    [Fact]
    public async Task A_release_waits_for_somebody_else_than_its_author_a_freeze_stops_it_and_not_the_way_back_and_glass_can_be_broken()
    {
        using var greeter = new Greeter("  production: { listen: {1}, approvals: { count: 1, for: 8h } }");
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        await WaitsAsync(headway, WaitKind.Approval, "waits for an approval; nobody has approved yet.");
        var (author, ben) = (await TokenAsync(headway, "Test"), await TokenAsync(headway, "ben"));
        var own = await AsAsync(headway, author, "approve", "greeter");
        Assert.Equal((ExitCode.Refused, true), (own.ExitCode, own.Error.Contains("who wrote it does not approve it")));
        Assert.Equal(ExitCode.Ok, (await AsAsync(headway, ben, "approve", "greeter", "--reason", "I tried it")).ExitCode);
        var first = await headway.EndedAsync(1);
        Assert.Equal(RolloutEnd.Completed, first.End);

        // A freeze stops an approved release, and not the way back.
        greeter.Commit(2);
        await WaitsAsync(headway, WaitKind.Approval, "nobody has approved yet.");
        var freeze = await AsAsync(headway, ben, "freeze", "add", "production", "--until", "2099-01-01T00:00Z", "--name", "holiday", "--reason", "A holiday.");
        Assert.True(freeze.ExitCode == ExitCode.Ok, freeze.Error);
        Assert.Equal(ExitCode.Ok, (await AsAsync(headway, ben, "approve", "greeter")).ExitCode);
        Assert.Equal(ExitCode.Refused, (await AsAsync(headway, ben, "approve", "greeter")).ExitCode);
        await WaitsAsync(headway, WaitKind.Freeze, "production is frozen (holiday): A holiday.");
        Assert.Equal(ExitCode.Ok, (await AsAsync(headway, ben, "freeze", "lift", "holiday")).ExitCode);
        var second = await headway.EndedAsync(2);
        Assert.Equal(ExitCode.Ok, (await AsAsync(headway, ben, "freeze", "add", "prod*", "--until", "2099-01-01T00:00Z", "--reason", "A storm.")).ExitCode);
        Assert.Equal(ExitCode.Ok, (await AsAsync(headway, ben, "rollback", "greeter", "--reason", "users complain")).ExitCode);
        await headway.UntilAsync("the first release is out again", async () =>
            (await headway.ProductionAsync())!.State is { Open: null } state && state.Current == first.Candidate);

        // In an emergency the glass is broken, which is seen until somebody else has looked at it.
        greeter.Commit(3);
        await WaitsAsync(headway, WaitKind.Approval, "Also: production is frozen");
        Assert.Equal(ExitCode.Refused, (await AsAsync(headway, ben, "break-glass", "greeter", "--reason", "now")).ExitCode);
        Assert.Equal(ExitCode.Ok, (await AsAsync(headway, ben, "break-glass", "greeter", "--reason", "Users cannot pay at all")).ExitCode);
        var third = await headway.EndedAsync(3);
        Assert.Equal(RolloutEnd.Completed, third.End);
        Assert.Contains("ben broke the glass", (await headway.CommandAsync("approvals")).Out);
        Assert.Equal(ExitCode.Refused, (await AsAsync(headway, ben, "review-glass", "greeter", "--release", third.Candidate)).ExitCode);
        Assert.Equal(ExitCode.Ok, (await AsAsync(headway, author, "review-glass", "greeter", "--release", third.Candidate)).ExitCode);
        Assert.DoesNotContain("broke the glass", (await headway.CommandAsync("approvals")).Out);

        var record = await headway.StopAsync();
        record.HoldsTogether();
        Assert.Equal(["approval.approved", "approval.approved", "approval.glassBroken", "approval.glassReviewed"],
            record.Stored.Where(each => each.Stream == "approvals/greeter/production").Select(each => each.Type));
        Assert.NotEqual(second.Candidate, third.Candidate);
    }

    [Fact]
    public async Task A_rejected_release_is_held_and_the_next_one_comes_when_somebody_asks_for_it()
    {
        using var greeter = new Greeter("  production: { listen: {1}, promote: by hand }");
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        await WaitsAsync(headway, WaitKind.Person, "Releases come into production by hand.");
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("reject", "greeter", "--reason", "not like this")).ExitCode);
        await WaitsAsync(headway, WaitKind.Hold, "not like this");
        greeter.Commit(2);
        await WaitsAsync(headway, WaitKind.Person, "Releases come into production by hand.");
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("promote", "greeter")).ExitCode);
        Assert.Equal(RolloutEnd.Completed, (await headway.EndedAsync(2)).End);
        var waiting = await headway.Api.GetAsync<WaitingRelease[]>("api/v1/approvals", default);
        Assert.Empty(waiting);
    }

    [Fact]
    public async Task A_signed_link_approves_in_the_name_that_it_was_made_for_and_nobody_can_make_or_change_one()
    {
        using var greeter = new Greeter("  production: { listen: {1}, approvals: { count: 2, groups: [sre] } }");
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        await WaitsAsync(headway, WaitKind.Approval, "waits for 2 approvals of sre");
        using var browser = new HttpClient();
        async Task<Uri> LinkAsync(string name, params string[] more) => new((await headway.CommandAsync(
            ["approvals", "link", "greeter", "--for", name, "--group", "sre", .. more, "--json"])).Json().GetProperty("url").GetString()!);
        async Task<string> AnswerAsync(Uri link, string answer)
        {
            using var form = new FormUrlEncodedContent([new("link", link.Query["?link=".Length..]), new("answer", answer), new("reason", "<b>tried</b>")]);
            return await (await browser.PostAsync(new Uri(link, "/approval"), form)).Content.ReadAsStringAsync();
        }

        var ann = await LinkAsync("ann");
        var page = await browser.GetAsync(ann);
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Contains("You answer as ann", await page.Content.ReadAsStringAsync());
        Assert.Contains("ann has approved greeter-1-", await AnswerAsync(ann, "approve"));
        Assert.Matches("ann has approved greeter-1-[0-9a-f]+ already", await AnswerAsync(ann, "approve"));
        // Who wrote it does not approve it, whatever name is on the link.
        Assert.Contains("who wrote it does not approve it", await AnswerAsync(await LinkAsync("somebody", "--email", "test@localhost"), "approve"));
        var text = $"{ann}";
        foreach (var wrong in new[] { text[..^2] + (text[^2] == 'A' ? "B" : "A") + text[^1], text.Replace("link=", "link=e", StringComparison.Ordinal), $"{ann.GetLeftPart(UriPartial.Path)}?link=x" })
            Assert.Contains("not made by this server", await (await browser.GetAsync(wrong)).Content.ReadAsStringAsync());
        // For oneself it takes what approving takes; in the name of others an administrator.
        var ben = await TokenAsync(headway, "ben");
        Assert.Contains("ben may not administer", (await AsAsync(headway, ben, "approvals", "link", "greeter", "--for", "eve")).Error);

        Assert.Contains("carl has approved", await AnswerAsync(await LinkAsync("carl"), "approve"));
        Assert.Equal(RolloutEnd.Completed, (await headway.EndedAsync(1)).End);
        greeter.Commit(2);
        await WaitsAsync(headway, WaitKind.Approval, "waits for 2 approvals of sre");
        Assert.Contains("is held", await AnswerAsync(await LinkAsync("carl"), "reject"));
        await WaitsAsync(headway, WaitKind.Hold, "carl rejected greeter-2-");
        var record = await headway.StopAsync();
        record.HoldsTogether();
        Assert.Equal([("approval.approved", "ann"), ("approval.approved", "carl"), ("approval.rejected", "carl")],
            record.Stored.Where(each => each.Stream == "approvals/greeter/production").Select(each => (each.Type, each.Actor)));
    }

    public void Dispose() => _folder.Dispose();

    private static Task WaitsAsync(RunningHeadway headway, WaitKind kind, string says) => headway.UntilAsync($"production waits for {kind}: {says}", async () =>
        (await headway.Api.GetAsync<StatusView>("api/v1/status", default)).Services.SelectMany(service => service.Lanes)
            .Any(lane => lane.Environment == "production" && lane.Wait.Kind == kind && lane.Wait.Says.Contains(says, StringComparison.Ordinal)));

    private async Task<string> TokenAsync(RunningHeadway headway, string name)
    {
        var made = await headway.Api.PostAsync("api/v1/tokens", new { name, scope = "deploy" }, default);
        var file = Path.Combine(_folder.Path, $"{name}.token");
        await File.WriteAllTextAsync(file, made.GetProperty("secret").GetString());
        return file;
    }

    private static Task<Ran> AsAsync(RunningHeadway headway, string token, params string[] arguments) =>
        headway.CommandAsync([.. arguments, "--token-file", token]);
}

using Headway.Core.Scans;
using Headway.Core.Services;
using Headway.Server.Sources;
using Headway.Server.Storage;
using Headway.Server.Tests.Pipelines;
using Headway.Server.Tests.Sources;
using Xunit;

namespace Headway.Server.Tests.Scans;

/// <summary>A real repository and server: what a change adds is looked at before any job sees it.</summary>
public sealed class ChangeScanTests
{
    /// <summary>Put together here, so that this file holds no secret itself.</summary>
    private static readonly string Token = "gh" + "p_" + "aB3dE7gH9jK2mN5pQ8rS4tU6vW1xY0zZ5cX8";

    [Fact]
    public async Task A_secret_in_a_change_keeps_it_from_every_job_and_is_told_by_file_and_line_alone()
    {
        using var repository = CommitToReleaseTests.Shop();
        repository.Commit("First page");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        await server.EndedAsync("shop-1");

        repository.Write("deploy/settings.env", $"# settings\nNAME=shop\nTOKEN={Token}\n").Commit("Settings");
        var refused = await RefusedAsync(server);
        Assert.Contains("deploy/settings.env:3 holds what looks like a GitHub token (ghp_..., 40 characters", refused.Says);
        // Nothing that the server has kept holds it: neither the record nor anything else but the mirror of the source.
        foreach (var stored in await server.Store.ReadAllAsync(0, 1000, default))
            Assert.DoesNotContain(Token, System.Text.Encoding.UTF8.GetString(stored.Payload!));
        Assert.Null(server.Runs.Find("shop-2"));
    }

    [Fact]
    public async Task A_harmless_commit_on_top_does_not_carry_the_secret_along_and_taking_it_out_does_go_on()
    {
        using var repository = CommitToReleaseTests.Shop();
        repository.Commit("First page");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        await server.EndedAsync("shop-1");
        repository.Write("a.env", $"TOKEN={Token}\n").Commit("Settings");
        await RefusedAsync(server);

        repository.Write("page.txt", "hello again\n").Commit("Harmless");
        await PipelineServer.EventuallyAsync(() => Refusals(server) >= 2 ? "twice" : null);
        repository.Write("a.env", "TOKEN_FILE=/run/secrets/token\n").Commit("Out again");
        Assert.Equal("Out again", (await server.EndedAsync("shop-2")).Commit.Subject);
    }

    [Fact]
    public async Task What_is_allowed_with_a_reason_is_carried_and_recorded()
    {
        using var repository = CommitToReleaseTests.Shop();
        repository.Write("sample.env", $"TOKEN={Token} # headway:allow-secret a revoked sample\n");
        repository.Commit("First page");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        await server.EndedAsync("shop-1");
        var change = Assert.Single((await Server(server)).Changes);
        Assert.Equal(("sample.env", "a revoked sample"), (change.Allowed[0].Path, change.Allowed[0].Why));

        repository.Write("other.env", $"TOKEN={Token}\n").Commit("Another");
        var refused = await RefusedAsync(server);
        var fingerprint = refused.Says.Split("fingerprint ")[1][..16];
        repository.Write("headway.yaml", CommitToReleaseTests.Yaml + $"\nscans: {{ block: never, allowSecrets: {{ {fingerprint}: the same sample }} }}\n")
            .Commit("Allow it");
        await server.EndedAsync("shop-2");
    }

    [Fact]
    public async Task Lines_names_and_headings_of_hostile_content_do_not_hide_a_secret_and_what_is_left_out_is_told()
    {
        using var repository = CommitToReleaseTests.Shop();
        repository.Commit("First page");
        await using var server = await PipelineServer.StartAsync();
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        repository.Write("a b/ü.txt", $"++ b/innocent.txt\n@@ -0,0 +1,9 @@\n-- a/x\n{Token}\n")
            .Write(".gitattributes", "*.txt binary\n*.bin -diff\n").Write("long.js", new string('x', 100_000) + "\n")
            .Write("picture.png", "\0\0\0binary\n").Commit("Hostile");
        await RefusedAsync(server);
        var change = Assert.Single((await Server(server)).Changes);
        Assert.Equal(("a b/ü.txt", 4), (Assert.Single(change.Found).Path, change.Found[0].Line));
        Assert.Equal(["long.js:1 after its first 64 KB", "1 binary file"], change.NotScanned);
    }

    private static async Task<Triage> Server(PipelineServer server) =>
        Triage.Fold(await server.Store.LoadAsync<ScanEvent>(ScanEvent.StreamOf("shop"), default));

    private static int Refusals(PipelineServer server) =>
        server.EventsOfAsync("shop").GetAwaiter().GetResult().OfType<ServiceEvent.CommitRefused>().Count();

    private static async Task<ServiceEvent.CommitRefused> RefusedAsync(PipelineServer server)
    {
        await PipelineServer.EventuallyAsync(() => server.Services.Find("shop")?.Refused, () => "nothing was refused");
        return (await server.EventsOfAsync("shop")).OfType<ServiceEvent.CommitRefused>().Last();
    }
}

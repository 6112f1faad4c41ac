using System.Net;
using System.Net.Http.Json;
using Headway.Core.Pipelines;
using Headway.Core.Services;
using Headway.Server.Sources;
using Headway.Server.Tests.Pipelines;
using Xunit;

namespace Headway.Server.Tests.Sources;

/// <summary>What real remotes do to a watcher. No runner is there: runs are only looked at.</summary>
public sealed class SourceFaultTests
{
    [Fact]
    public async Task A_remote_that_vanishes_is_told_once_and_told_again_when_it_is_back()
    {
        using var repository = CommitToReleaseTests.Shop();
        repository.Commit("First");
        await using var server = await RegisteredAsync(repository);
        Directory.Move(repository.Folder, repository.Folder + ".away");
        await PipelineServer.EventuallyAsync(
            () => server.Services.Find("shop") is { Trouble: not null } found ? found : null);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => server.Http.PostAsync("hooks/push", null)));

        Directory.Move(repository.Folder + ".away", repository.Folder);
        await server.Http.PostAsync("hooks/push", null);
        await PipelineServer.EventuallyAsync(
            () => server.Services.Find("shop") is { Trouble: null } found ? found : null);
        repository.Commit("Second");
        await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-2"));

        var troubles = (await server.EventsOfAsync("shop")).OfType<ServiceEvent.SourceTroubled>().ToList();
        Assert.Equal(2, troubles.Count);
        Assert.Contains(repository.Folder, troubles[0].Says);
        Assert.Null(troubles[1].Says);
    }

    [Fact]
    public async Task A_forced_push_is_recorded_and_its_tip_carried()
    {
        using var repository = CommitToReleaseTests.Shop();
        var first = repository.Commit("First");
        var second = repository.Commit("Second");
        await using var server = await RegisteredAsync(repository);
        repository.Git("checkout", "--quiet", "--detach", first);
        var other = repository.Commit("Other");
        repository.Git("branch", "--force", "main", other);

        var run = await PipelineServer.EventuallyAsync(
            () => server.Runs.All.FirstOrDefault(r => r.Commit.Sha == other));

        Assert.Equal(2, run.Number);
        Assert.Contains(new ServiceEvent.BranchRewritten(second, other), await server.EventsOfAsync("shop"));
    }

    [Fact]
    public async Task Going_back_to_an_older_commit_carries_it_again()
    {
        using var repository = CommitToReleaseTests.Shop();
        var first = repository.Commit("First");
        repository.Commit("Second");
        await using var server = await RegisteredAsync(repository);
        repository.Git("reset", "--quiet", "--hard", first);
        var run = await PipelineServer.EventuallyAsync(
            () => server.Runs.All.FirstOrDefault(r => r.Commit.Sha == first));
        Assert.Equal("First", run.Commit.Subject);
    }

    [Fact]
    public async Task Commits_of_one_push_are_all_recorded_and_the_newest_alone_is_run()
    {
        using var repository = CommitToReleaseTests.Shop();
        repository.Commit("First");
        // Only the hook makes the watcher look, so that all three commits are there at once.
        await using var server = await RegisteredAsync(
            repository, o => o with { PollEvery = TimeSpan.FromHours(1), PollAtMost = TimeSpan.FromHours(1) });
        repository.Commit("Second");
        repository.Commit("Third");
        repository.Commit("Fourth");
        Assert.Equal(HttpStatusCode.NoContent,
            (await server.Http.PostAsJsonAsync(
                "hooks/push", new { repository = new { clone_url = repository.Folder } })).StatusCode);
        await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-2"));

        var seen = (await server.EventsOfAsync("shop")).OfType<ServiceEvent.CommitSeen>()
            .Select(e => (e.Commit.Subject, e.Run));
        Assert.Equal([("First", "shop-1"), ("Second", null), ("Third", null), ("Fourth", "shop-2")], seen);
    }

    [Fact]
    public async Task A_newer_commit_supersedes_a_run_whose_jobs_have_not_begun()
    {
        using var repository = CommitToReleaseTests.Shop();
        repository.Commit("First");
        await using var server = await RegisteredAsync(repository);
        repository.Commit("Second");
        var old = await server.EndedAsync("shop-1");
        Assert.Equal(RunOutcome.Superseded, old.Outcome);
        Assert.Contains("shop-2", old.Says);
        Assert.True(server.Runs.Find("shop-2")!.IsOpen);
    }

    [Fact]
    public async Task A_wrong_specification_is_refused_with_its_place_and_the_next_commit_goes_on()
    {
        using var repository = CommitToReleaseTests.Shop();
        repository.Commit("First");
        await using var server = await RegisteredAsync(repository);
        repository.Write("headway.yaml", CommitToReleaseTests.Yaml.Replace("artifact:", "artifcat:")).Commit("Wrong");
        var refused = await PipelineServer.EventuallyAsync(() => server.Services.Find("shop")!.Refused);
        Assert.Contains("headway.yaml:4:", refused);
        Assert.Contains("Did you mean `artifact`?", refused);
        repository.Write("headway.yaml", CommitToReleaseTests.Yaml).Commit("Right");
        await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-2"));
        Assert.Null(server.Services.Find("shop")!.Refused);
    }

    [Fact]
    public async Task A_huge_file_is_refused_by_name_and_size_and_memory_does_not_grow_with_it()
    {
        using var repository = CommitToReleaseTests.Shop();
        repository.Commit("First");
        await using var server = await RegisteredAsync(repository);
        using (var file = File.Create(Path.Combine(repository.Folder, "model.bin"))) file.SetLength(200 << 20);
        repository.Commit("Model");
        GC.Collect();
        var before = GC.GetTotalMemory(true);
        var refused = await PipelineServer.EventuallyAsync(() => server.Services.Find("shop")!.Refused);
        Assert.Contains("`model.bin` has 200 MB", refused);
        Assert.True(GC.GetTotalMemory(true) - before < 20 << 20);
    }

    [Theory]
    [InlineData("../evil", "leads out")]
    [InlineData("a/../../evil", "leads out")]
    [InlineData(".git", "leads out")]
    [InlineData(".GIT", "leads out")]
    [InlineData("/etc/evil", "leads out")]
    public async Task A_path_that_escapes_is_refused(string path, string says)
    {
        using var repository = CommitToReleaseTests.Shop();
        repository.Commit("First");
        await using var server = await RegisteredAsync(repository);
        var blob = repository.GitWithInput("evil", "hash-object", "-w", "--stdin").Trim();
        PushTree(repository, $"100644 blob {blob}\t{path}\0");
        Assert.Contains(says, await PipelineServer.EventuallyAsync(() => server.Services.Find("shop")!.Refused));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../../outside")]
    public async Task A_link_that_escapes_is_refused(string target)
    {
        using var repository = CommitToReleaseTests.Shop();
        repository.Commit("First");
        await using var server = await RegisteredAsync(repository);
        File.CreateSymbolicLink(Path.Combine(repository.Folder, "link"), target);
        repository.Commit("Link");
        Assert.Contains("points out of the tree",
            await PipelineServer.EventuallyAsync(() => server.Services.Find("shop")!.Refused));
    }

    [Fact]
    public async Task A_submodule_is_left_empty_and_attributes_of_the_repository_change_nothing()
    {
        using var repository = CommitToReleaseTests.Shop()
            .Write(".gitattributes", "page.txt export-ignore\nserve export-subst\n").Write("serve", "$Format:%H$\n");
        repository.Git("update-index", "--add", "--cacheinfo", $"160000,{new string('1', 40)},module");
        var sha = repository.Commit("Module");
        await using var server = await RegisteredAsync(repository);
        using var tar = new MemoryStream();
        await server.Get<SourceMirrors>().Of(repository.Folder, "main").ArchiveAsync(sha, tar, default);
        var text = System.Text.Encoding.UTF8.GetString(tar.ToArray());
        Assert.Contains("page.txt", text);
        Assert.Contains("$Format:%H$", text);
    }

    [Fact]
    public async Task Hooks_and_configuration_of_a_repository_are_never_run()
    {
        using var repository = CommitToReleaseTests.Shop();
        var mark = Path.Combine(repository.Folder, "..", $"headway-hook-{Guid.NewGuid():n}");
        foreach (var hook in new[] { "post-checkout", "reference-transaction", "post-update", "pre-receive" })
        {
            repository.Write($".git/hooks/{hook}", $"#!/bin/sh\ntouch {mark}\n");
            File.SetUnixFileMode(Path.Combine(repository.Folder, ".git/hooks", hook), (UnixFileMode)0b111_101_101);
        }
        repository.Git("config", "core.fsmonitor", $"touch {mark}");
        repository.Git("config", "uploadpack.packObjectsHook", $"touch {mark}; exec");
        repository.Git("config", "core.sshCommand", $"touch {mark}");
        repository.Git("config", "--unset", "core.fsmonitor");
        repository.Git("-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--allow-empty", "-m", "Base");
        repository.Git("-c", "core.hooksPath=/dev/null", "add", "--all");
        repository.Git("-c", "core.hooksPath=/dev/null", "commit", "--quiet", "-m", "First");
        File.Delete(mark);
        await using var server = await RegisteredAsync(repository);
        Assert.False(File.Exists(mark));
    }

    [Fact]
    public async Task A_source_that_asks_for_a_password_fails_instead_of_waiting()
    {
        await using var asking = await PasswordServer.StartAsync();
        await using var server = await PipelineServer.StartAsync();
        var answer = await server.RegisterAsync(asking.Url);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.True(asking.Asked);
    }

    [Theory]
    [InlineData("ext::sh -c touch% /tmp/x")]
    [InlineData("--upload-pack=touch /tmp/x")]
    [InlineData("-oProxyCommand=x")]
    [InlineData("relative/path")]
    [InlineData("ftp://example.org/x")]
    [InlineData("https://user:secret@example.org/x")]
    [InlineData("")]
    public async Task An_address_that_could_do_harm_is_refused(string source)
    {
        await using var server = await PipelineServer.StartAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await server.RegisterAsync(source)).StatusCode);
    }

    [Fact]
    public async Task A_second_source_cannot_take_the_name_of_a_service_and_the_same_one_may_register_again()
    {
        using var repository = CommitToReleaseTests.Shop();
        repository.Commit("First");
        using var other = CommitToReleaseTests.Shop();
        other.Commit("Thief");
        await using var server = await RegisteredAsync(repository);
        var refused = await server.RegisterAsync(other.Folder);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains(repository.Folder, await refused.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await server.RegisterAsync(repository.Folder)).StatusCode);
        Assert.Single((await server.EventsOfAsync("shop")).OfType<ServiceEvent.Registered>());
    }

    [Fact]
    public async Task Registering_says_what_is_wrong_with_the_tip()
    {
        using var repository = new GitRepository().Write("readme", "no specification");
        repository.Commit("First");
        await using var server = await PipelineServer.StartAsync();
        var answer = await server.RegisterAsync(repository.Folder);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("headway init", await answer.Content.ReadAsStringAsync());
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity, (await server.RegisterAsync(repository.Folder, "nothing")).StatusCode);
    }

    private static async Task<PipelineServer> RegisteredAsync(
        GitRepository repository, Func<SourceOptions, SourceOptions>? change = null)
    {
        var server = await PipelineServer.StartAsync(change);
        var answer = await server.RegisterAsync(repository.Folder);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-1"));
        return server;
    }

    /// <summary>Makes a commit of a tree that git itself would not write: raw bytes of an object.</summary>
    private static void PushTree(GitRepository repository, string entry)
    {
        var tab = entry.IndexOf('\t');
        var parts = entry[..tab].Split(' ');
        var path = Path.Combine(repository.Folder, "tree.raw");
        using (var raw = File.Create(path))
        {
            raw.Write(System.Text.Encoding.UTF8.GetBytes($"{parts[0]} {entry[(tab + 1)..]}"));
            raw.Write(Convert.FromHexString(parts[2]));
        }
        var tree = repository.Git("hash-object", "-w", "-t", "tree", "--literally", path).Trim();
        File.Delete(path);
        var commit = repository.Git("commit-tree", tree, "-p", "HEAD", "-m", "Escape").Trim();
        repository.Git("update-ref", "refs/heads/main", commit);
    }
}

using System.Net;
using System.Net.Http.Json;
using Headway.Core;
using Headway.Core.Pipelines;
using Headway.Server.Pipelines;
using Headway.Server.Tests.Sources;
using Xunit;

namespace Headway.Server.Tests.Pipelines;

/// <summary>Logs that people read while they grow, come back to, and search.</summary>
public sealed class JobLogTests
{
    [Fact]
    public async Task A_reader_who_comes_back_gets_what_is_missing_and_nothing_twice_also_over_a_restart()
    {
        await using var server = await StartedAsync("x");
        await PieceAsync(server, 0, "first ä");
        var (text, id) = await EventAsync(server, null);
        Assert.Equal("first ä", text);
        await server.RestartAsync();
        await PieceAsync(server, 8, "\nsecond");
        Assert.Equal("\nsecond", (await EventAsync(server, id)).Text);
        Assert.Equal("first ä\nsecond", (await EventAsync(server, "not an id")).Text);
    }

    [Fact]
    public async Task A_job_whose_name_is_longer_than_a_file_s_may_be_has_a_log_of_its_own()
    {
        var axes = string.Join(", ", Enumerable.Range(1, 5).Select(at =>
            $"AXIS_{at}_{new string('x', 60)}: [{new string('v', 40)}{(at == 5 ? $", {new string('w', 40)}" : "")}]"));
        using var repository = JobsOf.Repository($$"""
              work: { matrix: { {{axes}} }, run: "echo $AXIS_5_{{new string('x', 60)}}" }
              keep: { needs: work, artifact: headway.yaml, run: "true" }
            """);
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        var run = await server.EndedAsync(repository);
        Assert.Equal(RunOutcome.Succeeded, run.Outcome);
        Assert.Contains($"\n{new string('v', 40)}\n", await server.LogAsync(Uri.EscapeDataString(run.Jobs[0].Name)));
        Assert.Contains($"\n{new string('w', 40)}\n", await server.LogAsync(Uri.EscapeDataString(run.Jobs[1].Name)));
    }

    [Fact]
    public async Task Half_a_line_about_a_result_spoils_nothing_that_is_sent_after_a_kill()
    {
        var data = Directory.CreateTempSubdirectory("headway-logs-");
        var logs = new JobLogs(new() { Data = data.FullName }, TimeProvider.System);
        var job = JobState.New("test");
        await logs.KeepResultAsync("shop-1", job, new(ResultKind.Tests, "a.xml", "sha256:a", 1), default);
        var file = Assert.Single(data.GetFiles("*.results", SearchOption.AllDirectories));
        await File.AppendAllTextAsync(file.FullName, """{"kind":"Tests","path":"{b}""");
        JobResult again = new(ResultKind.Tests, "{b}.xml", "sha256:b", 2);
        await logs.KeepResultAsync("shop-1", job, again, default);
        Assert.Equal(["a.xml", "{b}.xml"], (await logs.ResultsAsync("shop-1", job, default)).Select(each => each.Path));
        data.Delete(recursive: true);
    }

    [Fact]
    public async Task A_letter_that_arrives_in_two_pieces_is_sent_whole()
    {
        await using var server = await StartedAsync("x");
        await PieceAsync(server, 0, [(byte)'a', 0xC3]);
        var (text, id) = await EventAsync(server, null);
        Assert.Equal("a", text);
        await PieceAsync(server, 2, [0xA4, (byte)'b']);
        Assert.Equal("äb", (await EventAsync(server, id)).Text);
    }

    [Fact]
    public async Task Lines_are_found_over_attempts_and_with_the_time_when_they_arrived()
    {
        await using var server = await StartedAsync("x");
        await PieceAsync(server, 0, "compiling\nError: no such file\n");
        var found = await server.Http.GetFromJsonAsync<FoundLines>("api/v1/runs/shop-1/log?grep=error", Wire.Json);
        var line = Assert.Single(found!.Lines);
        Assert.Equal(("work", 1, 2L, "Error: no such file"), (line.Job, line.Attempt, line.Line, line.Text));
        Assert.InRange(line.At!.Value, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Matches("^[0-9-]+T[0-9:.]+Z compiling\n[0-9-]+T[0-9:.]+Z Error: no such file\n$",
            await server.LogAsync("work", "?timestamps=true"));
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("?grep=x&job=none", HttpStatusCode.NotFound)]
    public async Task A_search_for_nothing_or_in_nothing_is_refused(string query, HttpStatusCode status)
    {
        await using var server = await StartedAsync("x");
        Assert.Equal(status, (await server.Http.GetAsync($"api/v1/runs/shop-1/log{query}")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest,
            (await server.Http.GetAsync($"api/v1/runs/shop-1/log?grep={new string('x', 300)}")).StatusCode);
    }

    [Fact]
    public async Task A_search_ends_at_its_limit_and_says_that_there_is_more()
    {
        await using var server = await StartedAsync("x");
        await PieceAsync(server, 0, string.Concat(Enumerable.Repeat("the same line\n", 50)));
        var found = await server.Http.GetFromJsonAsync<FoundLines>("api/v1/runs/shop-1/log?grep=SAME&limit=10", Wire.Json);
        Assert.Equal((10, true), (found!.Lines.Count, found.More));
    }

    [Theory]
    [InlineData("..%2F..%2Fescape")]
    [InlineData("db")]
    public async Task A_log_of_something_that_does_not_run_beside_the_job_is_not_taken(string name)
    {
        await using var server = await StartedAsync("x");
        var answer = await server.Http.PostAsync(
            $"node/v1/jobs/shop-1/work/log?attempt=1&offset=0&beside={name}", new StringContent("x"));
        Assert.Equal(HttpStatusCode.Gone, answer.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound,
            (await server.Http.GetAsync($"api/v1/runs/shop-1/jobs/work/log?beside={name}")).StatusCode);
    }

    private static async Task<PipelineServer> StartedAsync(string command)
    {
        using var repository = JobsOf.Repository($"  work: {{ run: \"{command}\", artifact: headway.yaml }}");
        var server = await PipelineServer.StartAsync();
        await server.RegisterAsync(repository.Folder);
        await server.RunAsync("shop-1", run => run.IsOpen);
        (await server.Http.PostAsync("node/v1/runners/r1/claim?wait=5", null)).EnsureSuccessStatusCode();
        return server;
    }

    private static Task PieceAsync(PipelineServer server, int offset, string text) =>
        PieceAsync(server, offset, System.Text.Encoding.UTF8.GetBytes(text));

    private static async Task PieceAsync(PipelineServer server, int offset, byte[] bytes) =>
        (await server.Http.PostAsync($"node/v1/jobs/shop-1/work/log?attempt=1&offset={offset}", new ByteArrayContent(bytes)))
            .EnsureSuccessStatusCode();

    /// <summary>The first event that a reader gets who has seen everything up to the id.</summary>
    private static async Task<(string Text, string Id)> EventAsync(PipelineServer server, string? lastId)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var asked = new HttpRequestMessage(HttpMethod.Get, "api/v1/runs/shop-1/jobs/work/log?follow=true");
        if (lastId is not null) asked.Headers.TryAddWithoutValidation("Last-Event-ID", lastId);
        using var answer = await server.Http.SendAsync(asked, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        await using var stream = await answer.Content.ReadAsStreamAsync(limit.Token);
        await foreach (var item in System.Net.ServerSentEvents.SseParser.Create(stream).EnumerateAsync(limit.Token))
            return (item.Data, item.EventId!);
        throw new EndOfStreamException();
    }
}

using System.Net;
using System.Net.Http.Json;
using Headway.Core;
using Headway.Core.Nodes;
using Headway.Core.Pipelines;
using Headway.Core.Targets;
using Headway.Server.Pipelines;
using Headway.Server.Tests.Sources;
using Xunit;

namespace Headway.Server.Tests.Pipelines;

/// <summary>Who gets which job: labels, turns, groups and several at once.</summary>
public sealed class JobQueueTests
{
    [Fact]
    public async Task Two_hundred_queued_jobs_drain_and_no_service_waits_for_another_one_s_queue()
    {
        const int services = 5, jobs = 40;
        await using var server = await PipelineServer.StartAsync();
        var repositories = new List<GitRepository>();
        for (var service = 1; service <= services; service++)
        {
            var build = string.Join('\n', Enumerable.Range(1, jobs).Select(job =>
                $"  job-{job}: {{ run: \"true\"{(job == 1 ? ", artifact: headway.yaml" : "")} }}"));
            repositories.Add(JobsOf.Repository(build, $"service-{service}"));
            (await server.RegisterAsync(repositories[^1].Folder)).EnsureSuccessStatusCode();
            await server.RunAsync($"service-{service}-1", run => run.IsOpen);
        }
        var served = new List<string>();
        await Task.WhenAll(Enumerable.Range(1, 4).Select(runner => DrainAsync(server, $"r{runner}", served)));
        Assert.Equal(services * jobs, served.Count);
        for (var round = 0; round < jobs; round++)
            Assert.Equal(services, served.Skip(round * services).Take(services).Distinct().Count());
        repositories.ForEach(repository => repository.Dispose());
    }

    [Fact]
    public async Task A_runner_carries_as_many_jobs_at_once_as_it_says()
    {
        using var repository = JobsOf.Repository(
            "  a: { run: \"sleep 300\", artifact: headway.yaml }\n  b: { run: \"sleep 300\" }\n  c: { run: \"sleep 300\" }");
        await using var server = await PipelineServer.StartAsync();
        server.Runner(change: o => o with { Jobs = 2 });
        await server.RegisterAsync(repository.Folder);
        var run = await server.RunAsync("shop-1", r => r.Jobs.Count(job => job.Phase is JobPhase.Running) == 2);
        Assert.Equal(["r1", "r1.2"], run.Jobs.Select(job => job.Runner).OfType<string>().Order());
        Assert.Equal(2, server.Get<RunnersSeen>().All().Count(runner => runner.Job is not null));
        await server.Http.PostAsync("api/v1/runs/shop-1/cancel", null);
        await server.EndedAsync("shop-1");
    }

    [Fact]
    public async Task A_job_goes_to_a_runner_with_its_labels_and_it_is_said_when_there_is_none()
    {
        using var repository = JobsOf.Repository("  work: { run: \"true\", labels: [gpu, big], artifact: headway.yaml }");
        await using var server = await PipelineServer.StartAsync();
        server.Runner("plain", o => o with { Labels = ["big"] });
        await server.RegisterAsync(repository.Folder);
        var run = await server.RunAsync("shop-1", r => r.IsOpen && server.Get<RunnersSeen>().All().Count > 0);
        var wait = server.Get<RunnersSeen>().Wait(run);
        Assert.Equal("No runner can carry job work: it asks for `gpu`, `big`, and the nearest runner, plain, lacks `gpu`.", wait.Says);
        Assert.StartsWith("`headway runner --label gpu --label big`", wait.Unblocks);
        server.Runner("gpu", o => o with { Labels = ["big", "gpu"] });
        Assert.Equal("gpu", (await server.EndedAsync("shop-1")).Job("work")!.Runner);
    }

    [Fact]
    public async Task Jobs_of_a_group_take_turns_over_all_services()
    {
        using var one = JobsOf.Repository("  a: { run: \"true\", concurrency: lab, artifact: headway.yaml }", "one");
        using var two = JobsOf.Repository("  a: { run: \"true\", concurrency: lab, artifact: headway.yaml }", "two");
        await using var server = await PipelineServer.StartAsync();
        await server.RegisterAsync(one.Folder);
        await server.RunAsync("one-1", run => run.IsOpen);
        await server.RegisterAsync(two.Folder);
        var second = await server.RunAsync("two-1", run => run.IsOpen);
        var order = await ClaimAsync(server, "r1", 5);
        Assert.Equal("one-1/a", order!.Job);
        Assert.Null(await ClaimAsync(server, "r2", 0));
        Assert.Contains("waits for its turn", server.Get<RunnersSeen>().Wait(second).Says);
        var waiting = ClaimAsync(server, "r2", 20);
        await EndAsync(server, order);
        Assert.Equal("two-1/a", (await waiting)!.Job);
    }

    [Fact]
    public async Task A_runner_with_too_many_labels_is_refused()
    {
        await using var server = await PipelineServer.StartAsync();
        var labels = string.Concat(Enumerable.Range(0, 60).Select(number => $"&label=l{number}"));
        var answer = await server.Http.PostAsync($"node/v1/runners/r1/claim?wait=0{labels}", null);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(server.Get<RunnersSeen>().All());
    }

    private static async Task DrainAsync(PipelineServer server, string runner, List<string> served)
    {
        // As fast as the queue gives them; the lock keeps the order in which they were handed out.
        while (await ClaimLockedAsync(server, runner, served) is { } order) await EndAsync(server, order);
    }

    private static readonly SemaphoreSlim Order = new(1);

    private static async Task<JobOrder?> ClaimLockedAsync(PipelineServer server, string runner, List<string> served)
    {
        await Order.WaitAsync();
        try
        {
            var order = await ClaimAsync(server, runner, 0);
            if (order is not null) served.Add(order.Service);
            return order;
        }
        finally
        {
            Order.Release();
        }
    }

    private static async Task<JobOrder?> ClaimAsync(PipelineServer server, string runner, int wait)
    {
        using var answer = await server.Http.PostAsync($"node/v1/runners/{runner}/claim?wait={wait}", null);
        return answer.StatusCode is HttpStatusCode.NoContent ? null
            : await answer.Content.ReadFromJsonAsync<JobOrder>(Wire.Json);
    }

    private static async Task EndAsync(PipelineServer server, JobOrder order)
    {
        var path = $"node/v1/jobs/{order.Job}";
        if (order.Artifact is not null)
            await server.Http.PutAsync($"{path}/artifact?attempt={order.Attempt}", new ByteArrayContent(new byte[1024]));
        (await server.Http.PostAsJsonAsync($"{path}/end?attempt={order.Attempt}",
            new JobEnd(order.Job, Outcome.Succeeded, 0, "Done."), Wire.Json)).EnsureSuccessStatusCode();
    }
}

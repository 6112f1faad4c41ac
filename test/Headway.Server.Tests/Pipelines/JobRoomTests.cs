using Headway.Core.Pipelines;
using Headway.Server.Tests.Sources;
using Xunit;

namespace Headway.Server.Tests.Pipelines;

/// <summary>What a job asks for in headway.yaml, held by a real runner.</summary>
public sealed class JobRoomTests
{
    [Fact]
    public async Task A_job_that_writes_more_than_it_asked_for_is_stopped()
    {
        using var repository = JobsOf.Repository(
            "  work: { limits: { disk: 20 MB }, artifact: headway.yaml,\n"
            + "    run: \"for i in 1 2 3 4; do head -c 15000000 /dev/zero > $TMPDIR/$i; done; sleep 300\" }");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        Assert.Contains("wrote more than 19 MB", (await server.EndedAsync(repository)).Says);
    }

    [Fact]
    public async Task A_job_that_needs_more_memory_than_it_asked_for_is_ended()
    {
        using var repository = JobsOf.Repository(
            "  work: { limits: { memory: 64 MB }, artifact: headway.yaml,\n"
            + "    run: \"perl -e '$x = q(x) x (512 << 20); print q(grown)'\" }");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        var run = await server.EndedAsync(repository);
        Assert.Equal(RunOutcome.Failed, run.Outcome);
        Assert.DoesNotContain("grown", await server.LogAsync("work"));
    }

    [Fact]
    public async Task Results_that_are_links_pipes_or_devices_are_neither_read_nor_kept()
    {
        using var repository = JobsOf.Repository(
            "  work: { reports: \"*.xml\", artifact: headway.yaml,\n    run: \"ln -s /etc/passwd a.xml; mkfifo b.xml; "
            + "mkdir sub && ln -s /etc sub/etc && ln -s . c.xml; echo '<testsuite><testcase name=\\\"t\\\"/></testsuite>' > d.xml\" }");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        var run = await server.EndedAsync(repository);
        Assert.True(run.Outcome is RunOutcome.Succeeded, run.Says);
        Assert.Equal(["d.xml"], run.Job("work")!.Results.Select(result => result.Path));
    }

    [Theory]
    [InlineData("ln -s /etc out", "points out of the source")]
    [InlineData("mkdir -p p/q && ln -s ../.. p/q/x && mkdir out && ln -s ../../etc/passwd out/y", "points out of the source")]
    [InlineData("mkdir out && mkfifo out/pipe", "is a pipe, socket or device")]
    public async Task An_artifact_that_leads_out_of_the_source_fails_the_job(string run, string says)
    {
        using var repository = JobsOf.Repository($"  work: {{ artifact: out, run: \"{run}\" }}");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        var ended = await server.EndedAsync(repository);
        if (ended.Outcome is RunOutcome.Succeeded)
            Assert.Fail($"It was kept: {ended.Release}");
        Assert.Matches(says, ended.Says);
    }

    [Fact]
    public async Task What_one_service_left_at_home_is_not_seen_by_another()
    {
        using var one = JobsOf.Repository("  work: { run: \"echo mine > $HOME/left\", artifact: headway.yaml }", "one");
        using var two = JobsOf.Repository("  work: { run: \"ls -A $HOME; echo over\", artifact: headway.yaml }", "two");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        await server.EndedAsync(one, "one-1");
        await server.EndedAsync(two, "two-1");
        Assert.DoesNotContain("left", await server.LogAsync("work", run: "two-1"));
    }
}

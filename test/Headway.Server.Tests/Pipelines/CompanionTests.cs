using Headway.Core.Pipelines;
using Xunit;

namespace Headway.Server.Tests.Pipelines;

/// <summary>What runs beside a job: real databases, real sockets, in the job's own network.</summary>
public sealed class CompanionTests
{
    [Fact]
    public async Task Two_jobs_at_once_each_have_a_PostgreSQL_of_their_own_on_the_same_port()
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/postgresql"), "PostgreSQL is not installed: apt-get install postgresql");
        const string job = """
              NAME:
                services: { db: postgres }
                KEEP
                run: |
                  psql -qc 'create table seen (job text)' && psql -qc "insert into seen values ('NAME')"
                  sleep 1
                  echo "$DATABASE_URL rows $(psql -Atc 'select count(*), min(job) from seen')"
            """;
        using var repository = JobsOf.Repository(
            job.Replace("NAME", "one").Replace("KEEP", "artifact: headway.yaml") + "\n"
            + job.Replace("NAME", "two").Replace("KEEP", "timeout: 5m"));
        await using var server = await PipelineServer.StartAsync();
        server.Runner(change: o => o with { Jobs = 2 });
        var run = await server.EndedAsync(repository);
        Assert.True(run.Outcome is RunOutcome.Succeeded, run.Says);
        foreach (var name in new[] { "one", "two" })
            Assert.Contains($"postgres://job@127.0.0.1:5432/job rows 1|{name}", await server.LogAsync(name));
        Assert.Contains("database system is ready to accept connections", await server.LogAsync("one", "?beside=db"));
        Assert.True(run.Job("one")!.StartedAt < run.Job("two")!.EndedAt && run.Job("two")!.StartedAt < run.Job("one")!.EndedAt,
            "They did not run at once.");
        Assert.DoesNotContain(Directory.EnumerateFiles("/proc", "cmdline", new EnumerationOptions
        {
            IgnoreInaccessible = true, RecurseSubdirectories = true, MaxRecursionDepth = 1,
        }).Select(Command), command => command.Contains("/tmp/headway-db", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_Redis_is_ready_before_the_job_begins()
    {
        await DebianPackage.NeedAsync("redis-server", "redis-server");
        using var repository = JobsOf.Repository(
            "  work: { services: { cache: { redis: any } }, artifact: headway.yaml,\n"
            + "    run: \"redis-cli -u $REDIS_URL set a kept && redis-cli -p $CACHE_PORT get a\" }");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        var run = await server.EndedAsync(repository);
        Assert.True(run.Outcome is RunOutcome.Succeeded, run.Says);
        Assert.Contains("kept", await server.LogAsync("work"));
    }

    [Fact]
    public async Task A_command_is_waited_for_until_its_port_listens()
    {
        using var repository = JobsOf.Repository(
            "  work: { services: { mail: { run: \"sleep 1; echo up; exec perl mail.pl\", port: 2525 } }, artifact: headway.yaml,\n"
            + "    run: \"perl ask.pl\" }", files: [
            ("mail.pl", "use Socket; socket(L,PF_INET,SOCK_STREAM,0); bind(L,sockaddr_in($ENV{PORT},INADDR_LOOPBACK)) or die; "
                + "listen(L,5); while (accept(C,L)) { syswrite(C, \"220 hello\\n\"); close(C); }"),
            ("ask.pl", "use Socket; socket(S,PF_INET,SOCK_STREAM,0); connect(S,sockaddr_in($ENV{MAIL_PORT},"
                + "inet_aton($ENV{MAIL_HOST}))) or die \"closed: $!\"; print <S>;")]);
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        var run = await server.EndedAsync(repository);
        Assert.True(run.Outcome is RunOutcome.Succeeded, run.Says);
        Assert.Contains("220 hello", await server.LogAsync("work"));
        Assert.Contains("up", await server.LogAsync("work", "?beside=mail"));
    }

    [Theory]
    [InlineData("{ postgres: 98 }", "PostgreSQL 98", "apt-get install postgresql-98")]
    [InlineData("{ run: \"echo no licence; exit 3\", port: 7 }", "db ended before it was ready", "no licence")]
    public async Task A_service_that_does_not_come_fails_the_job_and_says_why(string service, params string[] says)
    {
        using var repository = JobsOf.Repository(
            $"  work: {{ services: {{ db: {service} }}, artifact: headway.yaml, run: echo never }}");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        var run = await server.EndedAsync(repository);
        Assert.Equal(RunOutcome.Failed, run.Outcome);
        Assert.All(says, each => Assert.Contains(each, run.Says));
        Assert.DoesNotContain("never\n", await server.LogAsync("work"));
    }

    private static string Command(string file)
    {
        try { return File.ReadAllText(file); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return ""; }
    }
}

using System.Net;
using System.Net.Http.Json;
using Headway.Core;
using Headway.Core.Pipelines;
using Headway.Core.TestResults;
using Headway.Server.Tests.Pipelines;
using Headway.Server.Tests.Sources;
using Headway.Server.TestResults;
using Headway.Server.TestResults.Keeping;
using Xunit;

namespace Headway.Server.Tests.TestResults;

/// <summary>From a commit to the end of its run, with a real runner and real jobs whose tests fail as they are told to.</summary>
public sealed class FlakyPathTests
{
    /// <summary>
    /// Each line of `tests` is a test and what it does. A flaky one fails at every odd attempt that this machine makes for it: the
    /// home of jobs is kept, so a file there counts.
    /// </summary>
    private const string Script = """
        failed=0
        { echo '<testsuite name="">'
        while read -r name does; do
          ok=yes
          case $does in
            fails) ok=no ;;
            absent) continue ;;
            flaky) n=$(cat "$HOME/$name" 2>/dev/null || echo 0); n=$((n + 1)); echo $n > "$HOME/$name"; [ $((n % 2)) = 0 ] || ok=no ;;
            crash) kill -9 $$ ;;
          esac
          if [ $ok = yes ]; then echo "<testcase name=\"$name\" time=\"0.1\"/>"
          else failed=1; echo "<testcase name=\"$name\"><failure message=\"$name said no\">at $name.js:1</failure></testcase>"
          fi
        done < tests
        echo '</testsuite>'; } > report.xml
        exit $failed
        """;

    private const string Yaml = """
        service: shop
        build:
          test: { run: sh run.sh, reports: "*.xml" }
          package: { run: "true", artifact: run.sh, needs: test }
        run: { command: ./x }
        release: { production: {} }
        """;

    [Fact]
    public async Task A_known_flaky_test_is_tried_again_and_a_new_failure_never_is()
    {
        using var repository = Repository("cart passes\npay passes");
        await using var server = await StartedAsync(repository);
        await server.EndedAsync("shop-1");
        Teach(server, "pay", commits: 30, flakyAt: 12);

        // Fails at the first attempt, passes at the second: nothing of it reaches a person, and everything is recorded.
        repository.Write("tests", "cart passes\npay flaky\n").Commit("Pay is as it was");
        var run = await server.EndedAsync("shop-2");
        Assert.True(run.Outcome is RunOutcome.Succeeded, run.Says);
        Assert.Equal((2, 1), (run.Job("test")!.Attempt, run.Job("test")!.FlakyRetries));
        Assert.Contains("pay passed at the second attempt", run.Job("test")!.Says);
        var tests = await server.Http.GetFromJsonAsync<RunTests>("api/v1/runs/shop-2/tests", Wire.Json);
        Assert.Equal([2, 1], tests!.Attempts.Select(attempt => attempt.Attempt));
        Assert.Equal("pay said no", tests.Attempts[1].FailedTests.Single().Message);

        // A test that was never flaky fails beside it: one attempt, red, named.
        repository.Write("tests", "cart fails\npay flaky\n").Commit("Cart is broken");
        var broken = await server.EndedAsync("shop-3");
        Assert.Equal(RunOutcome.Failed, broken.Outcome);
        Assert.Equal(1, broken.Job("test")!.Attempt);
        Assert.Contains("2 of 2 tests failed: cart, pay.", broken.Says);

        // The flaky test itself fails at every commit now: that is more than its flakiness, and it is not even tried again.
        repository.Write("tests", "cart passes\npay fails\n").Commit("Pay is broken");
        var worse = await server.EndedAsync("shop-4");
        Assert.Equal(RunOutcome.Failed, worse.Outcome);
        Assert.Equal(1, worse.Job("test")!.Attempt);
        Assert.Contains("pay is flaky and this is more: it failed 3 of 4 times since", worse.Says);
        var flaky = await server.Http.GetFromJsonAsync<TestHabitView[]>("api/v1/tests/shop/", Wire.Json);
        Assert.Contains("It changed at", flaky!.Single(each => each.Test == "pay").Suggestion);
    }

    [Fact]
    public async Task A_test_in_quarantine_does_not_fail_its_job_and_hides_nothing_else()
    {
        using var repository = Repository("cart passes\npay passes");
        await using var server = await StartedAsync(repository);
        await server.EndedAsync("shop-1");
        (await QuarantineAsync(server, days: 14)).EnsureSuccessStatusCode();

        repository.Write("tests", "cart passes\npay fails\n").Commit("Pay fails");
        var run = await server.EndedAsync("shop-2");
        Assert.True(run.Outcome is RunOutcome.Succeeded, run.Says);
        Assert.Contains("1 of 2 tests failed: pay.", run.Job("test")!.Says);
        Assert.Contains("in quarantine until", run.Job("test")!.Says);

        repository.Write("tests", "cart fails\npay fails\n").Commit("Cart fails too");
        Assert.Equal(RunOutcome.Failed, (await server.EndedAsync("shop-3")).Outcome);

        repository.Write("tests", "cart absent\npay fails\n").Commit("Cart is not even run");
        var absent = await server.EndedAsync("shop-4");
        Assert.Equal(RunOutcome.Failed, absent.Outcome);
        Assert.Contains("cart ran in the last job that passed and not in this one", absent.Says);

        repository.Write("tests", "pay fails\ncart crash\n").Commit("The tests crash");
        Assert.Equal(RunOutcome.Failed, (await server.EndedAsync("shop-5")).Outcome);

        await server.RestartAsync();
        var held = await server.Http.GetFromJsonAsync<QuarantineView[]>("api/v1/tests/shop/quarantines", Wire.Json);
        Assert.StartsWith("person, ", Assert.Single(held!).From);
        (await server.Http.PostAsJsonAsync("api/v1/tests/shop/quarantines/lift", new QuarantineLiftAsked("pay", "repaired"), Wire.Json))
            .EnsureSuccessStatusCode();
        repository.Write("tests", "cart passes\npay fails\n").Commit("Pay fails again");
        var lifted = await server.EndedAsync("shop-6");
        Assert.True(lifted.Outcome is RunOutcome.Failed, string.Join('\n', lifted.Jobs.Select(job => $"{job.Name}: {job.Says}")));
    }

    [Fact]
    public async Task A_quarantine_needs_an_owner_a_reason_and_an_end_that_is_near()
    {
        using var repository = Repository("pay passes");
        await using var server = await StartedAsync(repository);
        await server.EndedAsync("shop-1");
        foreach (var (owner, days, word) in new[] { ("", 10, "owner"), ("team", -1, "is over"), ("team", 61, "60 days") })
        {
            var refused = await QuarantineAsync(server, days, owner);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains(word, await refused.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task A_quarantine_of_headway_yaml_that_has_ended_says_so_when_the_test_fails()
    {
        using var repository = Repository("cart passes\npay fails", """

            tests: { quarantine: [ { test: pay, owner: team-a, until: 2026-01-31, why: slow network } ] }
            """);
        await using var server = await StartedAsync(repository);
        var run = await server.EndedAsync("shop-1");
        Assert.Equal(RunOutcome.Failed, run.Outcome);
        Assert.Contains("The quarantine of pay (owner team-a) ended on 2026-01-31.", run.Says);
    }

    [Fact]
    public async Task A_command_that_hides_its_failures_is_not_believed_and_one_that_fails_elsewhere_says_so()
    {
        using var repository = Repository("pay fails");
        repository.Write("headway.yaml", Yaml.Replace("sh run.sh", "sh run.sh || true", StringComparison.Ordinal)).Commit("Hide it");
        await using var server = await StartedAsync(repository);
        var hidden = await server.EndedAsync("shop-1");
        Assert.Equal(RunOutcome.Failed, hidden.Outcome);
        Assert.Contains("ended with 0 although a test failed", hidden.Says);
        repository.Write("tests", "pay passes\n")
            .Write("headway.yaml", Yaml.Replace("sh run.sh", "sh run.sh; exit 3", StringComparison.Ordinal)).Commit("Elsewhere");
        Assert.Contains("failed outside of its tests", (await server.EndedAsync("shop-2")).Says);
        var stats = await server.Http.GetFromJsonAsync<PipelineStats[]>("api/v1/pipelines/stats", Wire.Json);
        Assert.Equal((0, 2, 0.0), (stats!.Single().Succeeded, stats!.Single().Failed, stats!.Single().SuccessRate));
    }

    [Fact]
    public async Task Coverage_that_falls_fails_the_job_and_names_the_files()
    {
        using var repository = new GitRepository().Write("headway.yaml", """
            service: shop
            build:
              test: { run: "true", coverage: { reports: lcov.info, minimum: 50%, drop: 1% } }
              package: { run: "true", artifact: lcov.info, needs: test }
            run: { command: ./x }
            release: { production: {} }
            """);
        repository.Write("lcov.info", Lcov(10, 10)).Commit("All");
        await using var server = await StartedAsync(repository);
        Assert.Equal(RunOutcome.Succeeded, (await server.EndedAsync("shop-1")).Outcome);
        repository.Write("lcov.info", Lcov(10, 7)).Commit("Less");
        var fallen = await server.EndedAsync("shop-2");
        Assert.Equal(RunOutcome.Failed, fallen.Outcome);
        Assert.Contains("Coverage 85 % (100 % before), and it may fall by 1 % at most. Lost most: pay.js (3 lines).", fallen.Says);
        repository.Write("lcov.info", Lcov(5, 4)).Commit("Much less");
        Assert.Contains("at least 50 % is asked for", (await server.EndedAsync("shop-3")).Says);
    }

    [Fact]
    public async Task Shards_split_the_tests_of_a_commit_between_them_and_lose_none()
    {
        using var repository = new GitRepository().Write("headway.yaml", """
            service: shop
            build:
              test:
                run: 'echo "$HEADWAY_SHARD of $HEADWAY_SHARDS:" $(cat $HEADWAY_SHARD_TESTS) "not:" $(wc -l < $HEADWAY_SHARD_ELSEWHERE)'
                shards: { count: 2, tests: "test/*.js" }
              package: { run: "true", artifact: headway.yaml, needs: test }
            run: { command: ./x }
            release: { production: {} }
            """);
        foreach (var name in new[] { "a", "b", "c", "d", "e" }) repository.Write($"test/{name}.js", "");
        repository.Write("other.js", "").Commit("Five files");
        await using var server = await StartedAsync(repository);
        var run = await server.EndedAsync("shop-1");
        Assert.True(run.Outcome is RunOutcome.Succeeded, run.Says);
        Assert.Equal(["test (shard=1)", "test (shard=2)", "package"], run.Jobs.Select(job => job.Name));
        var first = await server.Http.GetStringAsync("api/v1/runs/shop-1/jobs/test (shard=1)/log");
        var second = await server.Http.GetStringAsync("api/v1/runs/shop-1/jobs/test (shard=2)/log");
        Assert.Contains("1 of 2: test/a.js test/c.js test/e.js not: 2", first);
        Assert.Contains("2 of 2: test/b.js test/d.js not: 3", second);
    }

    private static string Lcov(int cart, int pay) => string.Concat(new[] { ("cart.js", cart), ("pay.js", pay) }.Select(file =>
        $"SF:{file.Item1}\n{string.Concat(Enumerable.Range(1, 10).Select(line => $"DA:{line},{(line <= file.Item2 ? 1 : 0)}\n"))}end_of_record\n"));

    private static Task<HttpResponseMessage> QuarantineAsync(PipelineServer server, int days, string owner = "team-a") =>
        server.Http.PostAsJsonAsync("api/v1/tests/shop/quarantines", new QuarantineAsked(
            "pay", owner, DateOnly.FromDateTime(DateTime.UtcNow).AddDays(days), "slow network"), Wire.Json);

    /// <summary>A past of the job, as if so many commits had been carried.</summary>
    private static void Teach(PipelineServer server, string test, int commits, int flakyAt)
    {
        var history = server.Get<TestHistory>();
        for (var commit = 0; commit < commits; commit++)
            foreach (var fails in commit == flakyAt ? new[] { true, false } : [false])
                history.Keep(new("shop", "test", "test", $"past-{commit}", fails ? 1 : 2, $"c{commit}", "main", true),
                    new(1, fails ? 1 : 2, fails ? 1 : 0, 0,
                        [new("cart", TestOutcome.Passed), new(test, fails ? TestOutcome.Failed : TestOutcome.Passed)], []));
    }

    private static GitRepository Repository(string tests, string more = "")
    {
        var repository = new GitRepository().Write("headway.yaml", Yaml + more).Write("run.sh", Script).Write("tests", tests + "\n");
        repository.Commit("First");
        return repository;
    }

    private static async Task<PipelineServer> StartedAsync(GitRepository repository)
    {
        var server = await PipelineServer.StartAsync();
        server.Runner();
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        return server;
    }
}

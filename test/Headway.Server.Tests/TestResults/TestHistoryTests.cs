using System.Diagnostics;
using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Core.TestResults;
using Headway.Server.Pipelines;
using Headway.Server.TestResults.Keeping;
using Xunit;

namespace Headway.Server.Tests.TestResults;

public sealed class TestHistoryTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("headway-tests-").FullName;

    [Fact]
    public void What_a_test_did_is_there_after_a_restart_and_told_twice_it_counts_once()
    {
        using (var history = Open())
        {
            history.Keep(At(1), Report(failed: true));
            history.Keep(At(1), Report(failed: true));
            history.Keep(At(1) with { Attempt = 2 }, Report(failed: false));
        }
        using var again = Open();
        Assert.Equal([true, false], again.Observations("shop", "test", "t0", null).Select(each => each.Failed));
        Assert.True(FlakyRule.IsProven(again.Observations("shop", "test", "t0", null)));
    }

    [Fact]
    public void What_merge_requests_report_says_nothing_about_the_branch()
    {
        using var history = Open();
        history.Keep(At(1) with { Counts = false }, Report(failed: true));
        Assert.Empty(history.Observations("shop", "test", "t0", null));
        Assert.Single(history.Observations("shop", "test", "t0", "shop-1"));
        Assert.Null(history.LastPassed(At(2)));
    }

    [Fact]
    public void Any_number_of_merge_requests_leaves_what_is_known_of_the_branch()
    {
        using var history = Open();
        history.Keep(At(0), Report(failed: true));
        for (var run = 1; run <= TestHistory.AttemptsKept + 1; run++) history.Keep(At(run) with { Counts = false }, Report(failed: false));
        Assert.Single(history.Observations("shop", "test", "t0", null));
    }

    [Theory]
    [InlineData(TriggerKind.Push, false, true)]
    [InlineData(TriggerKind.Verify, false, true)]
    [InlineData(TriggerKind.Push, true, false)]
    [InlineData(TriggerKind.Tag, true, false)]
    [InlineData(TriggerKind.MergeRequest, true, false)]
    public void Only_what_is_on_the_branch_counts(TriggerKind kind, bool checksOnly, bool counts)
    {
        JobSpec job = new("test", "true", null, [], null, TimeSpan.FromMinutes(1), Network: false);
        RunEvent.Started started = new("shop-1", "shop", 1, new("abc", "Add", "Ada", default),
            new("shop", [job], new("./run"), ObjectivesSpec.None, [])) { Trigger = new(kind, "main") { ChecksOnly = checksOnly } };
        var run = RunState.Evolve(null, new(started, 1, 1, default, "test"));
        Assert.Equal(counts, TestAttempt.Of(run, run.Jobs[0]).Counts);
    }

    [Fact]
    public void Attempts_are_bounded_and_tests_that_nobody_runs_any_more_go_with_them()
    {
        using var history = Open();
        history.Keep(At(0), Report(failed: true) with { Tests = [new("gone", TestOutcome.Failed)] });
        for (var run = 1; run <= TestHistory.AttemptsKept; run++) history.Keep(At(run), Report(failed: false));
        Assert.Empty(history.SeenOf("shop", "test", "gone"));
        Assert.Empty(history.Named("shop", "gone"));
        Assert.Equal(TestHistory.AttemptsKept, history.SeenOf("shop", "test", "t0").Length);
    }

    [Fact]
    public void Five_thousand_tests_are_kept_quickly()
    {
        using var history = Open();
        ImmutableArray<TestCase> tests =
        [
            .. Enumerable.Range(0, 5000).Select(at => new TestCase($"Shop.Tests.Class{at / 20}.Test_number_{at}", TestOutcome.Passed)
            {
                Milliseconds = at, Unit = $"Shop.Tests.Class{at / 20}",
            }),
        ];
        var report = new TestReport(1, 5000, 0, 0, tests, []);
        var clock = Stopwatch.StartNew();
        for (var run = 0; run < 20; run++) history.Keep(At(run), report);
        output.WriteLine($"{clock.Elapsed.TotalMilliseconds / 20:0} ms for an attempt of 5,000 tests.");
        clock.Restart();
        for (var test = 0; test < 200; test++) history.Observations("shop", "test", tests[test].Name, null);
        output.WriteLine($"{clock.Elapsed.TotalMilliseconds / 200:0.00} ms for the history of a test.");
        Assert.Equal(250, history.Units("shop", "test").Length);
    }

    [Fact]
    public void Coverage_is_compared_with_the_last_attempt_that_passed_on_the_branch()
    {
        using var history = Open();
        Cover(history, At(1), 80, passed: true);
        Cover(history, At(2), 60, passed: false);
        Cover(history, At(3) with { Branch = "other" }, 50, passed: true);
        Assert.Equal(0.8, history.CoverageBefore(At(4))!.Total.Share);
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private static void Cover(TestHistory history, TestAttempt at, int covered, bool passed)
    {
        history.Keep(at, Report(failed: false));
        history.Conclude(at, AttemptSummary.Of(at, Report(failed: false), "", null),
            new(ImmutableSortedDictionary<string, LineCoverage>.Empty.Add("a.cs", new(covered, 100)), []), passed);
    }

    private TestHistory Open() => new(new PipelineOptions { Data = _data }, TimeProvider.System);

    private static TestAttempt At(int run) => new("shop", "test", "test", $"shop-{run}", 1, $"c{run}", "main", true);

    private static TestReport Report(bool failed) =>
        new(1, failed ? 0 : 1, failed ? 1 : 0, 0, [new("t0", failed ? TestOutcome.Failed : TestOutcome.Passed)], []);
}

using Headway.Core.TestResults;
using Xunit;

namespace Headway.Server.Tests.TestResults;

public sealed class DialectTests
{
    [Fact]
    public async Task Surefire_says_what_it_repeated_and_writes_thousands()
    {
        var report = await Reports.ReadAsync("""
            <testsuite name="shop.CartTest" time="1,234.567" tests="3" errors="0" skipped="0" failures="1">
              <testcase name="once" classname="shop.CartTest" time="1,234.5">
                <flakyFailure message="expected 1" type="AssertionError"><stackTrace><![CDATA[at shop.CartTest]]></stackTrace></flakyFailure>
              </testcase>
              <testcase name="always" classname="shop.CartTest" time="0.2">
                <failure message="expected 2" type="AssertionError">stack</failure>
                <rerunFailure message="expected 2" type="AssertionError"><stackTrace>stack</stackTrace></rerunFailure>
              </testcase>
              <testcase name="row[1, &quot;a&quot;]" classname="shop.CartTest" time="0,5"/>
            </testsuite>
            """);
        Assert.Equal((2, 1), (report.Passed, report.Failed));
        var once = report.Tests.Single(test => test.Name == "shop.CartTest.once");
        Assert.True(once.PassedOnlyWhenRepeated);
        Assert.Equal(1_234_500, once.Milliseconds);
        Assert.Equal("expected 2", report.FailedTests.Single().Message);
        Assert.Equal(500, report.Tests.Single(test => test.Name == "shop.CartTest.row[1, \"a\"]").Milliseconds);
    }

    [Fact]
    public async Task A_suite_that_failed_without_a_test_counts_as_a_failed_test()
    {
        var report = await Reports.ReadAsync("""
            <testsuites><testsuite name="before all" failures="1"><testcase name="a"/></testsuite>
            <testsuite name="setup"><error message="no database">stack</error></testsuite>
            <testsuite name="empty" errors="2"/></testsuites>
            """);
        Assert.Equal(["before all (suite)", "empty (suite)", "setup (suite)"], report.FailedTests.Select(test => test.Name));
        Assert.Equal("no database", report.FailedTests.Last().Message);
    }

    [Fact]
    public async Task Tap_14_knows_subtests_todo_skip_and_yaml()
    {
        var report = await Reports.ReadAsync("""
            TAP version 14
            1..4
            # Subtest: cart
                ok 1 - adds
                not ok 2 - pays \# twice
                  ---
                  message: "expected 1"
                  at: cart.js
                  ...
                1..2
            not ok 1 - cart
            not ok 2 - wishes # todo not done
            ok 3 - later # skip no database
            some output
            ok 4
            """);
        Assert.True(report.IsComplete, string.Join(' ', report.Problems));
        var failed = Assert.Single(report.FailedTests);
        Assert.Equal(("cart > pays # twice", "expected 1"), (failed.Name, failed.Message));
        Assert.Equal((2, 1, 2), (report.Passed, report.Failed, report.Skipped));
    }

    [Fact]
    public async Task A_trx_of_a_crashed_run_is_incomplete()
    {
        var report = await Reports.ReadAsync("""
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>
            <UnitTestResult testId="1" testName="Adds" outcome="Passed"/></Results>
            <TestDefinitions><UnitTest name="Adds" id="1"><TestMethod className="Shop.CartTests" name="Adds"/></UnitTest></TestDefinitions>
            <ResultSummary outcome="Failed"><RunInfos><RunInfo outcome="Error"><Text>The active test run was aborted. Reason: Test host process crashed</Text></RunInfo></RunInfos></ResultSummary></TestRun>
            """);
        Assert.Equal("Shop.CartTests.Adds", Assert.Single(report.Tests).Name);
        Assert.Contains("Test host process crashed", Assert.Single(report.Problems));
    }

    [Fact]
    public async Task Of_two_tests_with_one_name_the_failed_one_counts()
    {
        var report = await Reports.ReadAsync(
            "<testsuite><testcase name='a'><failure/></testcase><testcase name='a'/></testsuite>");
        Assert.Equal(TestOutcome.Failed, Assert.Single(report.Tests).Outcome);
    }
}

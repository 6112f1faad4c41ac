using System.Diagnostics;
using Headway.Core.TestResults;
using Xunit;

namespace Headway.Server.Tests.TestResults;

/// <summary>Reports that real tools wrote, kept as they are or made on the spot.</summary>
public sealed class RealReportTests
{
    [Fact]
    public async Task MSTest_through_dotnet_test_as_trx()
    {
        var report = await Reports.ReadAsync(Reports.Real("mstest.trx"));
        Assert.True(report.IsComplete, string.Join(' ', report.Problems));
        Assert.Equal((4, 1, 1), (report.Passed, report.Failed, report.Skipped));
        var failed = Assert.Single(report.FailedTests);
        Assert.Equal("Shop.Tests.CartTests.Fails", failed.Name);
        Assert.Contains("expected", failed.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("printed before", failed.Output);
        // Two classes have a method of the same name, and TRX names methods only.
        Assert.Contains(report.Tests, test => test is { Name: "Shop.Tests.CartTests.Adds", Unit: "Shop.Tests.CartTests" });
        Assert.Contains(report.Tests, test => test.Name == "Shop.Tests.OrderTests.Adds");
    }

    [Fact]
    public async Task The_same_run_as_junit_has_the_same_tests()
    {
        var junit = await Reports.ReadAsync(Reports.Real("mstest-junit.xml"));
        Assert.Equal((4, 1, 1), (junit.Passed, junit.Failed, junit.Skipped));
        Assert.Equal("Shop.Tests.CartTests.Fails", Assert.Single(junit.FailedTests).Name);
    }

    [Fact]
    public async Task Xunit_as_trx_and_as_junit()
    {
        var trx = await Reports.ReadAsync(Reports.Real("xunit.trx"));
        var junit = await Reports.ReadAsync(Reports.Real("xunit.xml"));
        Assert.Equal(18, trx.Passed);
        Assert.Equal(trx.Tests.Select(test => test.Name), junit.Tests.Select(test => test.Name));
    }

    [Fact]
    public async Task Jest_as_junit_with_files_for_shards()
    {
        var report = await Reports.ReadAsync(Reports.Real("jest.xml"));
        Assert.Equal((3, 1, 1), (report.Passed, report.Failed, report.Skipped));
        Assert.Equal(("sum is wrong.sum is wrong", "sum.test.js"),
            (report.FailedTests.Single().Name, report.FailedTests.Single().Unit));
    }

    [Fact]
    public async Task Coverage_of_jest_as_lcov_and_as_cobertura_is_the_same()
    {
        var lcov = await Reports.CoverageAsync(Reports.Real("jest-lcov.info"));
        var cobertura = await Reports.CoverageAsync(Reports.Real("jest-cobertura.xml"));
        Assert.NotEqual(0, lcov.Total.Lines);
        Assert.Equal(lcov.Total, cobertura.Total);
        Assert.Empty(lcov.Problems);
    }

    [Fact]
    public async Task Coverage_of_coverlet_as_cobertura()
    {
        var coverage = await Reports.CoverageAsync(Reports.Real("coverlet.xml"));
        Assert.Empty(coverage.Problems);
        Assert.InRange(coverage.Total.Covered, 1, coverage.Total.Lines);
    }

    [Theory]
    [InlineData("junit")]
    [InlineData("tap")]
    public async Task Node_as_it_is_on_this_machine(string reporter)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/node"), "node is not installed: apt-get install nodejs");
        var folder = Directory.CreateTempSubdirectory("headway-node-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "math.test.mjs"), """
                import { describe, it, test } from 'node:test';
                import assert from 'node:assert';
                describe('math', () => {
                  it('adds', () => assert.equal(1 + 1, 2));
                  it('divides & <compares>', () => assert.equal(1 / 2, 1));
                  describe('inner', () => { it('nests', () => {}); it.skip('later', () => {}); });
                });
                test('alone', () => {});
                """);
            var report = await Reports.ReadAsync(Run(folder, "--test", $"--test-reporter={reporter}", "math.test.mjs"));
            Assert.True(report.IsComplete, string.Join(' ', report.Problems));
            Assert.Equal((3, 1, 1), (report.Passed, report.Failed, report.Skipped));
            var failed = Assert.Single(report.FailedTests);
            Assert.EndsWith("math > divides & <compares>", failed.Name);
            Assert.Contains("0.5 == 1", failed.Message);
            Assert.Contains(report.Tests, test => test.Name.EndsWith("math > inner > nests", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Run(string folder, params string[] arguments)
    {
        using var node = Process.Start(new ProcessStartInfo("/usr/bin/node", arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true,
        })!;
        var output = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        return output;
    }
}

using Headway.Node.Jobs;
using Xunit;

namespace Headway.Node.Tests.Jobs;

public sealed class TestReportsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("headway-reports-").FullName;

    [Fact]
    public void Trx_and_junit_are_summed_and_the_first_failures_named()
    {
        Write("a/TestResults/one.trx", """
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>
              <UnitTestResult testName="Cart.Adds" outcome="Passed" />
              <UnitTestResult testName="Cart.Pays" outcome="Failed"><Output><ErrorInfo/></Output></UnitTestResult>
              <UnitTestResult testName="Cart.Waits" outcome="NotExecuted" />
            </Results></TestRun>
            """);
        Write("junit.trx", """
            <testsuites><testsuite>
              <testcase classname="shop.Cart" name="sums"/>
              <testcase classname="shop.Cart" name="taxes"><failure message="x">no</failure></testcase>
              <testcase classname="shop.Cart" name="later"><skipped/></testcase>
              <testcase classname="shop.Cart" name="says"><system-out>fine</system-out></testcase>
            </testsuite></testsuites>
            """);
        Assert.Equal("Tests: 3 passed, 2 failed, 2 skipped. Failed: Cart.Pays, shop.Cart.taxes.",
            TestReports.Sum(_root, "**/*.trx", CancellationToken.None));
    }

    [Fact]
    public void No_report_is_no_sentence() => Assert.Null(TestReports.Sum(_root, "**/*.trx", CancellationToken.None));

    [Theory]
    [InlineData("<not closed")]
    [InlineData("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><testsuite>&a;</testsuite>")]
    public void A_report_that_cannot_be_read_is_counted(string text)
    {
        Write("r.xml", text);
        Assert.Contains("1 reports could not be read", TestReports.Sum(_root, "r.xml", CancellationToken.None));
    }

    [Fact]
    public void A_link_is_not_followed()
    {
        File.CreateSymbolicLink(Path.Combine(_root, "l.xml"), "/etc/passwd");
        Assert.Null(TestReports.Sum(_root, "*.xml", CancellationToken.None));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, path))!);
        File.WriteAllText(Path.Combine(_root, path), text);
    }
}

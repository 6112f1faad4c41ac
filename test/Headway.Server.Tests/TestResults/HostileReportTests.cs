using System.Text;
using Headway.Core.TestResults;
using Xunit;

namespace Headway.Server.Tests.TestResults;

/// <summary>Reports that were made to break the reader, and dialects that break others.</summary>
public sealed class HostileReportTests
{
    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><testsuite name='s'><testcase name='&a;'/></testsuite>")]
    [InlineData("<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]><testsuite><testcase name='&b;'/></testsuite>")]
    public async Task A_document_type_is_refused(string xml)
    {
        var report = await Reports.ReadAsync(xml);
        Assert.Equal(0, report.Count);
        Assert.Contains("document type", Assert.Single(report.Problems));
        Assert.False(report.IsComplete);
    }

    [Fact]
    public async Task What_stands_before_a_cut_counts_and_the_report_says_that_it_is_incomplete()
    {
        var report = await Reports.ReadAsync(
            "<testsuite><testcase name='a'/><testcase name='b'><failure message='no'>x</failure></testcase><testcase na");
        Assert.Equal((1, 1), (report.Passed, report.Failed));
        Assert.Contains("The report is incomplete", report.Says());
        Assert.Contains("broken from line 1", report.Problems[0]);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_and_characters_that_xml_forbids_are_replaced()
    {
        byte[] bytes =
        [
            .. Encoding.UTF8.GetBytes("<testsuite><testcase name='a'><failure message='x'>\u001b[31mred "), 0xff, 0xfe, 0x01,
            .. Encoding.UTF8.GetBytes("</failure></testcase></testsuite>"),
        ];
        var report = await Reports.ReadAsync(bytes);
        Assert.Contains("[31mred", Assert.Single(report.FailedTests).Output);
        Assert.True(report.IsComplete);
    }

    [Fact]
    public async Task Depth_is_bounded()
    {
        var deep = string.Concat(Enumerable.Repeat("<testsuite>", 100_000));
        Assert.Contains("nested", (await Reports.ReadAsync(deep)).Problems[0]);
        Assert.Contains("nested", (await Reports.ReadAsync("<testsuite><testcase name='a'><failure>"
            + string.Concat(Enumerable.Repeat("<x>", 100_000)))).Problems[0]);
    }

    [Fact]
    public async Task Two_hundred_megabytes_and_a_million_tests_are_read_in_bounded_memory()
    {
        await using var file = new FileStream(Path.GetTempFileName(), new FileStreamOptions
        {
            Mode = FileMode.Open, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose,
        });
        await using (var text = new StreamWriter(file, leaveOpen: true))
        {
            await text.WriteAsync("<testsuites><testsuite name='s'><system-out>");
            for (var line = 0; line < 1_400_000; line++) await text.WriteAsync("a line that nobody will ever read, or anybody else, and it goes on and on\n");
            await text.WriteAsync("</system-out>");
            for (var test = 0; test < 1_000_000; test++)
                await text.WriteAsync($"<testcase classname='shop.Cart' name='test number {test} of a long file' time='0.01'/>\n");
            await text.WriteAsync("<testcase name='last'><failure/></testcase></testsuite></testsuites>");
        }
        Assert.True(file.Length > 170_000_000, $"{file.Length}");
        file.Position = 0;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var tally = new TestTally();
        await Headway.Server.TestResults.Reading.ReportReading.ReadAsync("r.xml", file, tally, CancellationToken.None);
        var report = tally.Report(1);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, 100_000_000);
        Assert.Equal((1_000_000, 1), (report.Passed, report.Failed));
        Assert.InRange(report.Tests.Length, TestTally.MostTests, TestTally.MostTests + TestTally.MostTexts);
        // Nothing may be excused when not every test is known by name.
        Assert.False(report.KnowsAllFailures);
        Assert.Equal("s > last", Assert.Single(report.FailedTests).Name);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("hello", "neither JUnit XML, TRX nor TAP")]
    [InlineData("<html/>", "neither JUnit XML nor TRX")]
    [InlineData("1..3\nok 1 - a\nok 2 - b\n", "3 tests were planned and 2 are listed")]
    [InlineData("ok 1 - a\nok 2 - b\n", "no plan")]
    [InlineData("1..2\nok 1 - a\nBail out! no database\n", "bailed out: no database")]
    public async Task A_report_that_does_not_say_everything_says_so(string text, string problem) =>
        Assert.Contains(problem, (await Reports.ReadAsync(text)).Problems[0]);

    [Fact]
    public async Task Names_are_bounded_and_stay_apart()
    {
        var same = new string('n', 500);
        var report = await Reports.ReadAsync($"<testsuite><testcase name='{same}1'/><testcase name='{same}2'/></testsuite>");
        Assert.Equal(2, report.Tests.Length);
        Assert.All(report.Tests, test => Assert.True(test.Name.Length <= TestCase.LongestName));
    }
}

using System.Reflection;
using System.Text;
using Headway.Core.TestResults;
using Headway.Server.TestResults.Reading;

namespace Headway.Server.Tests.TestResults;

internal static class Reports
{
    public static Task<TestReport> ReadAsync(string text) => ReadAsync(Encoding.UTF8.GetBytes(text));

    public static async Task<TestReport> ReadAsync(byte[] bytes)
    {
        var tally = new TestTally();
        await ReportReading.ReadAsync("report", new MemoryStream(bytes), tally, CancellationToken.None);
        return tally.Report(1);
    }

    public static async Task<Coverage> CoverageAsync(byte[] bytes)
    {
        var hits = new LineHits();
        await CoverageReading.ReadAsync("coverage", new MemoryStream(bytes), hits, CancellationToken.None);
        return hits.Made();
    }

    /// <summary>As the tool wrote it, but for names of machines and folders.</summary>
    public static byte[] Real(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Headway.Server.Tests.TestResults.reports.{name}")!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}

using System.Collections.Immutable;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Headway.Cli.Testing;

/// <param name="Failures">Names of tests that failed.</param>
/// <param name="Skips">Names of tests that could not run here, with their reasons.</param>
internal sealed record TestOutcome(
    string Project, int Passed, int Failed, int Skipped, double Seconds,
    ImmutableArray<string> Failures, ImmutableArray<string> Skips)
{
    public static readonly TestOutcome None = new("", 0, 0, 0, 0, [], []);

    /// <summary>A project that ended without a report has failed as a whole.</summary>
    public static TestOutcome Broken(string project, string says, double seconds) =>
        new(project, 0, 1, 0, seconds, [$"{project}: {says}"], []);

    /// <summary>Reads the report that the runner writes with `-result-xml`; null when there is none or half of one.</summary>
    public static TestOutcome? Read(string project, string reportPath)
    {
        XElement report;
        try
        {
            report = XElement.Load(reportPath);
        }
        catch (Exception broken) when (broken is IOException or XmlException)
        {
            return null;
        }
        var assemblies = report.Elements("assembly").ToList();
        var tests = report.Descendants("test").ToList();
        int Sum(string name) => assemblies.Sum(assembly => (int?)assembly.Attribute(name) ?? 0);
        return new(project, Sum("passed"), Sum("failed") + Sum("errors"), Sum("skipped"),
            assemblies.Sum(assembly => double.Parse(assembly.Attribute("time")?.Value ?? "0",
                CultureInfo.InvariantCulture)),
            [.. tests.Where(test => test.Attribute("result")?.Value == "Fail")
                .Select(test => test.Attribute("name")!.Value)],
            [.. tests.Where(test => test.Attribute("result")?.Value == "Skip")
                .Select(test => $"{test.Attribute("name")!.Value}: {test.Element("reason")?.Value}")]);
    }

    public static TestOutcome operator +(TestOutcome a, TestOutcome b) => new(
        "", a.Passed + b.Passed, a.Failed + b.Failed, a.Skipped + b.Skipped, a.Seconds + b.Seconds,
        a.Failures.AddRange(b.Failures), a.Skips.AddRange(b.Skips));

    public override string ToString() => $"{Passed} passed, {Failed} failed, {Skipped} skipped";
}

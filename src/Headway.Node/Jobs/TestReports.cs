using System.Collections.Immutable;
using System.IO.Enumeration;
using System.Xml;

namespace Headway.Node.Jobs;

/// <summary>
/// Sums up TRX and JUnit XML files that a job wrote: how many tests passed, and the first that did not.
/// </summary>
internal sealed class TestReports
{
    private const int FileLimit = 500;
    private const long FileBytes = 64L << 20;
    private const int NamesShown = 5;
    private readonly List<string> _failures = [];
    private int _passed, _failed, _skipped, _unreadable, _files;

    /// <summary>One sentence, or null when no report matches the pattern.</summary>
    public static string? Sum(string root, string pattern, CancellationToken stop)
    {
        var reports = new TestReports();
        foreach (var file in Matching(root, pattern).Order(StringComparer.Ordinal).Take(FileLimit))
        {
            stop.ThrowIfCancellationRequested();
            reports.Read(file);
        }
        return reports._files == 0 ? null : reports.Says();
    }

    private static IEnumerable<string> Matching(string root, string pattern)
    {
        var clean = pattern.StartsWith("./", StringComparison.Ordinal) ? pattern[2..] : pattern;
        // `**/` stands for any number of folders, none included.
        ImmutableArray<string> patterns = clean.StartsWith("**/", StringComparison.Ordinal) ? [clean, clean[3..]]
            : [clean];
        foreach (var folder in FolderWalk.Directories(root))
            foreach (var file in Directory.EnumerateFiles(folder))
            {
                var name = Path.GetRelativePath(root, file);
                if (patterns.Any(
                    each => FileSystemName.MatchesSimpleExpression(each.Replace("**", "*"), name, ignoreCase: false))
                    && Posix.Look(file).IsRegular) yield return file;
            }
    }

    private void Read(string file)
    {
        _files++;
        try
        {
            using var stream = File.OpenRead(file);
            var settings = new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = FileBytes,
            };
            using var xml = XmlReader.Create(stream, settings);
            while (xml.Read())
                if (xml.NodeType is XmlNodeType.Element) Count(xml);
        }
        catch (Exception e) when (e is XmlException or IOException or UnauthorizedAccessException)
        {
            _unreadable++;
        }
    }

    private void Count(XmlReader xml)
    {
        if (xml.LocalName is "UnitTestResult")
            Add(xml.GetAttribute("outcome") ?? "Passed", xml.GetAttribute("testName"));
        else if (xml.LocalName is "testcase")
            Add(OutcomeOf(xml, out var name), name);
    }

    private void Add(string outcome, string? name)
    {
        if (outcome is "Passed") _passed++;
        else if (outcome is "Failed" or "Error" or "Timeout" or "Aborted")
        {
            _failed++;
            if (_failures.Count < NamesShown && name is not null) _failures.Add(name.Length > 200 ? name[..200] : name);
        }
        else _skipped++;
    }

    /// <summary>JUnit says the outcome of a case by an element inside it.</summary>
    private static string OutcomeOf(XmlReader xml, out string name)
    {
        name = $"{xml.GetAttribute("classname")}.{xml.GetAttribute("name")}".TrimStart('.');
        if (xml.IsEmptyElement) return "Passed";
        var outcome = "Passed";
        var depth = xml.Depth;
        while (xml.Read() && xml.Depth > depth)
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "failure" or "error" }) outcome = "Failed";
            else if (xml is { NodeType: XmlNodeType.Element, LocalName: "skipped" }) outcome = "Skipped";
        return outcome;
    }

    private string Says()
    {
        var says = $"Tests: {_passed} passed, {_failed} failed, {_skipped} skipped.";
        if (_failures.Count > 0)
            says += $" Failed: {string.Join(", ", _failures)}{(_failed > _failures.Count ? " and others" : "")}.";
        return _unreadable > 0 ? $"{says} {_unreadable} reports could not be read." : says;
    }
}

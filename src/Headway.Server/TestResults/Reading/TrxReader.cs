using System.Globalization;
using System.Xml;
using Headway.Core.TestResults;

namespace Headway.Server.TestResults.Reading;

/// <summary>
/// TRX of `dotnet test`. Results come first and say a name that may be a method's alone; definitions come after and say the
/// class, so results wait for the end.
/// </summary>
internal sealed class TrxReader(XmlReader xml, TestTally tally)
{
    private readonly List<(string Id, TestCase Test)> _results = [];
    private readonly Dictionary<string, string> _classes = new(StringComparer.Ordinal);
    private string? _definition;

    public void Read()
    {
        try
        {
            ReportXml.EachElement(xml, Element);
        }
        finally
        {
            // Of a truncated file, too: what was read counts.
            foreach (var (id, test) in _results) tally.Add(Named(test, _classes.GetValueOrDefault(id)));
        }
    }

    private void Element()
    {
        switch (xml.LocalName)
        {
            case "UnitTestResult":
                Result();
                break;
            case "UnitTest":
                _definition = xml.GetAttribute("id");
                break;
            case "TestMethod" when _definition is { } id && xml.GetAttribute("className") is { } name
                && _classes.Count < TestTally.MostTests:
                // Older ones write the assembly's name behind the class.
                _classes[id] = name.Split(',')[0];
                break;
            case "ResultSummary" when xml.GetAttribute("outcome") is "Aborted" or "Error" or "Timeout" or "Disconnected":
                tally.Problem($"The test run ended as {xml.GetAttribute("outcome")}.");
                break;
            case "RunInfo" when xml.GetAttribute("outcome") is "Error":
                var text = new BoundedText(Texts.Message);
                text.AddContent(xml);
                // xunit and vstest also write `[xUnit.net] Some.Test [FAIL]` here, which is about a test and no trouble of the run.
                if (text.Take() is { } says && !says.Contains("[FAIL]", StringComparison.Ordinal)) tally.Problem(Sentence(says));
                break;
        }
    }

    private void Result()
    {
        var id = xml.GetAttribute("testId") ?? "";
        var name = xml.GetAttribute("testName") ?? "";
        var outcome = OutcomeOf(xml.GetAttribute("outcome"));
        var took = TimeSpan.TryParse(xml.GetAttribute("duration"), CultureInfo.InvariantCulture, out var time)
            ? time.TotalMilliseconds : (double?)null;
        string? message = null;
        var output = new BoundedText(Texts.Output);
        var rows = 0;
        if (!xml.IsEmptyElement)
        {
            var depth = xml.Depth;
            while (xml.Read() && xml.Depth > depth)
            {
                if (xml.Depth > ReportXml.DeepestElement) throw new XmlException("Results are nested too deep.");
                if (xml.NodeType is not XmlNodeType.Element) continue;
                if (xml.LocalName is "UnitTestResult") (rows, _) = (rows + 1, Row());
                else if (xml.LocalName is "Message")
                {
                    var text = new BoundedText(Texts.Output);
                    text.AddContent(xml);
                    message ??= text.Take();
                }
                else if (xml.LocalName is "StackTrace" or "StdOut" or "StdErr") output.AddContent(xml);
            }
        }
        // A test with rows is what its rows are, unless it failed by itself.
        if (rows > 0 && outcome is not TestOutcome.Failed) return;
        Keep(id, new(name, outcome)
        {
            Milliseconds = took, Message = Texts.Short(message), Output = outcome is TestOutcome.Failed ? output.Take() : null,
        });
    }

    private bool Row()
    {
        Result();
        return true;
    }

    private void Keep(string id, TestCase test)
    {
        if (_results.Count < TestTally.MostTests) _results.Add((id, test));
        else tally.Add(test);
    }

    private static TestCase Named(TestCase test, string? owner) =>
        owner is null ? test : test with
        {
            Name = test.Name.StartsWith(owner + ".", StringComparison.Ordinal) || test.Name == owner
                ? test.Name : $"{owner}.{test.Name}",
            Unit = owner,
        };

    private static TestOutcome OutcomeOf(string? outcome) => outcome switch
    {
        null or "Passed" or "PassedButRunAborted" or "Completed" or "Warning" => TestOutcome.Passed,
        "Failed" or "Error" or "Timeout" or "Aborted" or "Disconnected" => TestOutcome.Failed,
        _ => TestOutcome.Skipped,
    };

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";
}

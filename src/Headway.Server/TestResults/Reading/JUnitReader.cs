using System.Globalization;
using System.Xml;
using Headway.Core.TestResults;

namespace Headway.Server.TestResults.Reading;

/// <summary>
/// JUnit XML as Ant, Surefire, Gradle, pytest, Jest, GoogleTest, Node and others write it. Suites may be nested; a suite that
/// says it failed and lists no test that did counts as a failed test by its own name.
/// </summary>
internal sealed class JUnitReader(XmlReader xml, TestTally tally)
{
    private readonly Stack<Suite> _suites = new();

    public void Read() => ReportXml.EachElement(xml, Element, End);

    private void Element()
    {
        switch (xml.LocalName)
        {
            case "testsuite":
                var suite = new Suite(xml.GetAttribute("name") ?? "", xml.GetAttribute("file"),
                    Number("failures") + Number("errors"));
                _suites.Push(suite);
                // An empty element has no end of its own.
                if (xml.IsEmptyElement) End("testsuite");
                break;
            case "testcase":
                Case();
                break;
            case "failure" or "error" when _suites.TryPeek(out var failing):
                var text = new BoundedText(Texts.Output);
                var message = xml.GetAttribute("message");
                text.AddContent(xml);
                failing.FailedSeen++;
                var output = text.Take();
                tally.Add(new($"{Path()} (suite)", TestOutcome.Failed)
                {
                    Message = Texts.Short(message ?? output), Output = output, Unit = UnitName.Of(failing.File),
                });
                break;
        }
    }

    private void End(string element)
    {
        if (element != "testsuite" || _suites.Count == 0) return;
        var path = Path();
        var suite = _suites.Pop();
        if (suite is { FailedSaid: > 0, FailedSeen: 0 })
            tally.Add(new($"{path} (suite)", TestOutcome.Failed)
            {
                Message = $"The suite says {suite.FailedSaid} failures and lists none.", Unit = UnitName.Of(suite.File),
            });
        else if (_suites.TryPeek(out var outer)) outer.FailedSeen += suite.FailedSeen;
    }

    private void Case()
    {
        var parts = new CaseParts();
        var name = xml.GetAttribute("name") ?? "";
        var owner = xml.GetAttribute("classname");
        var suite = _suites.TryPeek(out var innermost) ? innermost : null;
        var file = xml.GetAttribute("file") ?? suite?.File;
        var took = ReportXml.Milliseconds(xml.GetAttribute("time") ?? xml.GetAttribute("duration"));
        if (xml.GetAttribute("status") is "notrun" or "skipped" or "disabled" || xml.GetAttribute("result") is "skipped"
            || xml.GetAttribute("executed") is "false")
            parts.Skipped = true;
        if (!xml.IsEmptyElement) parts.Read(xml);
        // Node writes `test` as the class of every test, and names the suites instead.
        var full = owner is null or "" or "test" ? Joined(Path(), name) : name.StartsWith(owner + ".", StringComparison.Ordinal)
            ? name : $"{owner}.{name}";
        var made = parts.Made(full) with { Milliseconds = took, Unit = UnitName.Of(file ?? (owner is "test" or "" ? null : owner)) };
        if (made.Outcome is TestOutcome.Failed && suite is not null) suite.FailedSeen++;
        if (made.PassedOnlyWhenRepeated && suite is not null) suite.FailedSeen++;
        tally.Add(made);
    }

    private string Path() => string.Join(" > ", _suites.Reverse().Select(suite => suite.Name).Where(name => name.Length > 0));

    private static string Joined(string path, string name) => path.Length == 0 ? name : $"{path} > {name}";

    private int Number(string attribute) =>
        int.TryParse(xml.GetAttribute(attribute), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private sealed class Suite(string name, string? file, int failedSaid)
    {
        public string Name => name;
        public string? File => file;
        public int FailedSaid => failedSaid;
        public int FailedSeen { get; set; }
    }

    /// <summary>What stands within a case.</summary>
    private sealed class CaseParts
    {
        private readonly BoundedText _output = new(Texts.Output);
        private string? _message;
        private bool _failed, _passedAgain;

        public bool Skipped { get; set; }

        public void Read(XmlReader xml)
        {
            var depth = xml.Depth;
            // Reading the content of an element ends on its end, so the next Read is the one after it.
            while (xml.Read() && xml.Depth > depth)
            {
                if (xml.Depth > ReportXml.DeepestElement)
                    throw new XmlException($"Elements are nested more than {ReportXml.DeepestElement} deep.");
                if (xml.NodeType is not XmlNodeType.Element) continue;
                switch (xml.LocalName)
                {
                    case "failure" or "error":
                        _failed = true;
                        Told(xml);
                        break;
                    case "flakyFailure" or "flakyError":
                        _passedAgain = true;
                        Told(xml);
                        break;
                    case "skipped" or "ignored":
                        Skipped = true;
                        break;
                    case "system-out" or "system-err" or "stackTrace":
                        _output.AddContent(xml);
                        break;
                }
            }
        }

        public TestCase Made(string name) =>
            new(name, _failed ? TestOutcome.Failed : Skipped ? TestOutcome.Skipped : TestOutcome.Passed)
            {
                PassedOnlyWhenRepeated = _passedAgain && !_failed, Message = Texts.Short(_message),
                Output = _failed || _passedAgain ? _output.Take() : null,
            };

        private void Told(XmlReader xml)
        {
            _message ??= xml.GetAttribute("message");
            var text = new BoundedText(Texts.Output);
            text.AddContent(xml);
            var told = text.Take();
            _message ??= told;
            if (told is not null) _output.Line(told);
        }
    }
}

internal static class Texts
{
    public const int Message = 500, Output = 8000;

    public static string? Short(string? message)
    {
        if (string.IsNullOrWhiteSpace(message)) return null;
        var line = message.Trim();
        return line.Length <= Message ? line : line[..Message] + "...";
    }
}

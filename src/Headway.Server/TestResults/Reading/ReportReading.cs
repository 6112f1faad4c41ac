using System.Xml;
using Headway.Core.TestResults;

namespace Headway.Server.TestResults.Reading;

/// <summary>
/// Reads one report into the tally, whatever it is: JUnit XML, TRX or TAP, told apart by what stands in it. What was read before
/// something wrong counts, and the tally says what is wrong.
/// </summary>
public static class ReportReading
{
    /// <summary>Lines of anything else that may stand before the first of TAP.</summary>
    private const int LinesLookedAt = 1000;

    /// <param name="path">For sentences.</param>
    public static async Task ReadAsync(string path, Stream report, TestTally tally, CancellationToken stop)
    {
        try
        {
            using var text = await ReportText.OpenAsync(report, stop);
            Read(path, text, report, tally);
        }
        catch (XmlException e)
        {
            tally.Problem($"{path}: {Why(e)}");
        }
        catch (IOException e)
        {
            tally.Problem($"{path} could not be read: {e.Message}");
        }
    }

    private static void Read(string path, TextReader text, Stream report, TestTally tally)
    {
        if (report.Length == 0)
        {
            tally.Problem($"{path} is empty.");
            return;
        }
        while (text.Peek() is ' ' or '\n' or '\r' or '\t') text.Read();
        if (text.Peek() == '<') ReadXml(path, text, tally);
        else ReadTap(path, text, report, tally);
    }

    private static void ReadXml(string path, TextReader text, TestTally tally)
    {
        using var xml = ReportXml.Open(text);
        xml.MoveToContent();
        if (xml.LocalName is "testsuites" or "testsuite") new JUnitReader(xml, tally).Read();
        else if (xml.LocalName is "TestRun") new TrxReader(xml, tally).Read();
        else tally.Problem($"{path} begins with <{Texts.Short(xml.LocalName)}>, which is neither JUnit XML nor TRX.");
    }

    private static void ReadTap(string path, TextReader text, Stream report, TestTally tally)
    {
        var found = false;
        var look = new LineReader(text);
        for (var line = 0; line < LinesLookedAt && !found && look.Next() is { } next; line++) found = TapReader.Begins(next);
        if (!found)
        {
            tally.Problem($"{path} is neither JUnit XML, TRX nor TAP.");
            return;
        }
        report.Position = 0;
        using var again = new ReportText(new StreamReader(report, leaveOpen: true));
        new TapReader(tally).Read(new(again));
    }

    private static string Why(XmlException e) =>
        e.Message.Contains("DTD", StringComparison.Ordinal)
            ? "it has a document type, and those are not read: entities could name files or grow without end."
            : $"it is broken from line {e.LineNumber} on, so only what stands before was read ({First(e.Message)}).";

    private static string First(string message) => message.Split('.')[0];
}

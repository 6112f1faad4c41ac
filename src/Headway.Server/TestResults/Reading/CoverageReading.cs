using System.Globalization;
using System.Xml;

namespace Headway.Server.TestResults.Reading;

/// <summary>Reads LCOV and Cobertura, told apart by what stands in them.</summary>
public static class CoverageReading
{
    public static async Task ReadAsync(string path, Stream report, LineHits hits, CancellationToken stop)
    {
        try
        {
            using var text = await ReportText.OpenAsync(report, stop);
            while (text.Peek() is ' ' or '\n' or '\r' or '\t') text.Read();
            if (text.Peek() == '<') ReadCobertura(path, text, hits);
            else ReadLcov(path, new(text), hits);
        }
        catch (XmlException e)
        {
            hits.Problem($"{path} is broken from line {e.LineNumber} on.");
        }
        catch (IOException e)
        {
            hits.Problem($"{path} could not be read: {e.Message}");
        }
    }

    private static void ReadLcov(string path, LineReader lines, LineHits hits)
    {
        string? file = null;
        var any = false;
        while (lines.Next() is { } line)
        {
            if (line.StartsWith("SF:", StringComparison.Ordinal))
            {
                (file, any) = (line[3..].Trim(), true);
                hits.File(file);
            }
            else if (line == "end_of_record") file = null;
            else if (file is not null && line.StartsWith("DA:", StringComparison.Ordinal)
                && line[3..].Split(',') is [var number, var count, ..]
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
                && double.TryParse(count, NumberStyles.Float, CultureInfo.InvariantCulture, out var times))
                hits.Line(file, at, times > 0);
        }
        if (!any) hits.Problem($"{path} is neither LCOV nor Cobertura.");
        else if (file is not null) hits.Problem($"{path} ends within the record of {file}.");
    }

    private static void ReadCobertura(string path, TextReader text, LineHits hits)
    {
        using var xml = ReportXml.OpenTyped(text);
        xml.MoveToContent();
        if (xml.LocalName != "coverage")
        {
            hits.Problem($"{path} begins with <{Texts.Short(xml.LocalName)}>, which is not Cobertura.");
            return;
        }
        string? file = null;
        ReportXml.EachElement(xml, () =>
        {
            if (xml.LocalName == "class" && xml.GetAttribute("filename") is { } name) hits.File(file = name);
            // Lines of methods are listed again for the class, and the same line is one line.
            else if (xml.LocalName == "line" && file is not null
                && int.TryParse(xml.GetAttribute("number"), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
                && double.TryParse(xml.GetAttribute("hits"), NumberStyles.Float, CultureInfo.InvariantCulture, out var times))
                hits.Line(file, at, times > 0);
        });
    }
}

using System.Globalization;
using System.Xml;

namespace Headway.Server.TestResults.Reading;

/// <summary>XML of strangers: no DTD, no entities, no depth that costs memory.</summary>
internal static class ReportXml
{
    public const int DeepestElement = 100;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CheckCharacters = false, IgnoreComments = true,
        IgnoreProcessingInstructions = true, IgnoreWhitespace = true, CloseInput = false,
        MaxCharactersInDocument = 512L << 20,
    };

    public static XmlReader Open(TextReader text) => XmlReader.Create(text, Settings);

    /// <summary>
    /// Cobertura names its document type, which is read past: nothing is fetched, and an entity is an error since none is known.
    /// </summary>
    public static XmlReader OpenTyped(TextReader text)
    {
        var settings = Settings.Clone();
        settings.DtdProcessing = DtdProcessing.Ignore;
        return XmlReader.Create(text, settings);
    }

    /// <summary>Each element in turn; what is called may read on within it.</summary>
    public static void EachElement(XmlReader xml, Action element, Action<string>? end = null)
    {
        do
        {
            if (xml.Depth > DeepestElement)
                throw new XmlException($"Elements are nested more than {DeepestElement} deep.");
            if (xml.NodeType is XmlNodeType.Element) element();
            else if (xml.NodeType is XmlNodeType.EndElement) end?.Invoke(xml.LocalName);
        }
        while (xml.Read());
    }

    /// <summary>Seconds as tools write them: `1.5`, `1,234.5` with thousands, `1,5` with a decimal comma.</summary>
    public static double? Milliseconds(string? seconds)
    {
        if (seconds is null) return null;
        var plain = seconds.Contains('.', StringComparison.Ordinal) ? seconds.Replace(",", "", StringComparison.Ordinal)
            : seconds.Replace(',', '.');
        return double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number is >= 0 and < 1e9 ? number * 1000 : null;
    }
}

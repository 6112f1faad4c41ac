using System.Text;
using System.Xml;

namespace Headway.Server.TestResults.Reading;

/// <summary>The first part of a text that may be of any length; the rest is read past.</summary>
internal sealed class BoundedText(int most)
{
    private readonly StringBuilder _text = new();

    public void Line(ReadOnlySpan<char> line)
    {
        if (_text.Length > 0) Add("\n");
        Add(line);
    }

    public void Add(ReadOnlySpan<char> text)
    {
        var room = Math.Max(0, most - _text.Length);
        _text.Append(text[..Math.Min(room, text.Length)]);
    }

    /// <summary>All text within the element, without holding it.</summary>
    public void AddContent(XmlReader xml)
    {
        if (xml.IsEmptyElement) return;
        if (_text.Length > 0) Add("\n");
        var depth = xml.Depth;
        var buffer = new char[4096];
        while (xml.Read() && xml.Depth > depth)
        {
            if (xml.Depth > ReportXml.DeepestElement)
                throw new XmlException($"Elements are nested more than {ReportXml.DeepestElement} deep.");
            if (xml.NodeType is not (XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace)) continue;
            if (!xml.CanReadValueChunk) Add(xml.Value);
            else
                while (xml.ReadValueChunk(buffer, 0, buffer.Length) is var read and > 0) Add(buffer.AsSpan(0, read));
        }
    }

    public string? Take()
    {
        var text = _text.ToString().Trim();
        _text.Clear();
        return text.Length == 0 ? null : text;
    }
}

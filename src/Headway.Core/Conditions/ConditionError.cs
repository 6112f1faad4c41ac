using System.Text.Json.Serialization;

namespace Headway.Core.Conditions;

[JsonConverter(typeof(JsonStringEnumConverter<ConditionErrorKind>))]
public enum ConditionErrorKind
{
    /// <summary>The text is not an expression.</summary>
    [JsonStringEnumMemberName("syntax")] Syntax,

    /// <summary>The expression has no value for these inputs.</summary>
    [JsonStringEnumMemberName("evaluation")] Evaluation,

    /// <summary>The expression is longer, deeper or costlier than allowed.</summary>
    [JsonStringEnumMemberName("limit")] Limit,
}

/// <summary>Why an expression has no value, and where in its text.</summary>
/// <param name="Says">What is wrong, in the words of the language's specification where it has some.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters (code points).</param>
/// <param name="Offset">From 0, in characters (code points) from the beginning of the text.</param>
public sealed record ConditionError(ConditionErrorKind Kind, string Says, int Line, int Column, int Offset)
{
    internal static ConditionError At(ConditionErrorKind kind, string says, string text, int index)
    {
        index = Math.Clamp(index, 0, text.Length);
        var (line, column, offset) = (1, 1, 0);
        for (var i = 0; i < index; i++)
        {
            if (char.IsLowSurrogate(text[i]) && i > 0 && char.IsHighSurrogate(text[i - 1])) continue;
            offset++;
            if (text[i] == '\n') (line, column) = (line + 1, 1);
            else column++;
        }
        return new(kind, says, line, column, offset);
    }

    /// <summary>The sentence, the line that it is about, and a mark under the place.</summary>
    public string Explain(string text)
    {
        const int MostShown = 120;
        var line = text.Split('\n') is var lines && Line <= lines.Length ? lines[Line - 1].TrimEnd('\r') : "";
        var runes = line.EnumerateRunes().Select(rune => System.Text.Rune.IsControl(rune) ? " " : $"{rune}").ToArray();
        // A window around the place, so that the mark stands under it also in a line of thousands of characters.
        var from = Column > MostShown ? Column - MostShown / 2 : 0;
        var shown = string.Concat(runes.Skip(from).Take(MostShown));
        return $"{Line}:{Column}: {Says}\n  {shown}\n  {new string(' ', Math.Max(0, Column - 1 - from))}^";
    }

    public override string ToString() => $"{Line}:{Column}: {Says}";
}

using System.Collections.Immutable;
using System.Text;

namespace Headway.Core.Conditions.Syntax;

/// <summary>Literals of string and bytes: raw or with escapes, in one or in three quotation marks.</summary>
internal static class TextLiteral
{
    private const string Prefixes = "rRbB";

    public static bool BeginsAt(string text, int at)
    {
        var quote = at;
        while (quote < text.Length && quote < at + 2 && Prefixes.Contains(text[quote])) quote++;
        return quote < text.Length && text[quote] is '"' or '\'' && IsPrefix(text[at..quote]);
    }

    /// <summary>Nothing, r, b, or both once in this order or the other.</summary>
    private static bool IsPrefix(string prefix) =>
        prefix.ToLowerInvariant() is "" or "r" or "b" or "rb" or "br";

    public static (Token Token, int End) Read(string text, int at)
    {
        var open = at;
        while (text[open] is not ('"' or '\'')) open++;
        var prefix = text[at..open];
        var isRaw = prefix.Contains('r', StringComparison.OrdinalIgnoreCase);
        var isBytes = prefix.Contains('b', StringComparison.OrdinalIgnoreCase);
        var three = new string(text[open], 3);
        var mark = string.CompareOrdinal(text, open, three, 0, 3) == 0 ? three : three[..1];
        var end = Close(text, open + mark.Length, mark, isRaw, at);
        var body = text[(open + mark.Length)..end];
        var value = Value(body, isRaw, isBytes, open + mark.Length);
        return (new(TokenKind.Literal, at, "a string", value), end + mark.Length);
    }

    private static int Close(string text, int at, string mark, bool isRaw, int start)
    {
        for (; at < text.Length; at++)
        {
            if (string.CompareOrdinal(text, at, mark, 0, mark.Length) == 0) return at;
            if (mark.Length == 1 && text[at] is '\n' or '\r') break;
            if (text[at] == '\\' && !isRaw) at++;
        }
        throw new SyntaxException(start, $"The string that begins here has no closing {mark}.");
    }

    private static ConditionValue Value(string body, bool isRaw, bool isBytes, int at)
    {
        if (!isBytes && (isRaw || !body.Contains('\\')))
            return Unicode.IsWell(body) ? new ConditionValue.Text(body) : throw Lone(at);
        var text = new StringBuilder();
        var bytes = new List<byte>();
        for (var i = 0; i < body.Length;)
        {
            if (body[i] == '\\' && !isRaw)
            {
                var (code, length) = Escape.Read(body, i, isBytes, at);
                if (isBytes) bytes.Add((byte)code);
                else text.Append(code < 0x10000 ? $"{(char)code}" : char.ConvertFromUtf32(code));
                i += length;
                continue;
            }
            if (!isBytes) text.Append(body[i++]);
            else if (Rune.TryGetRuneAt(body, i, out var rune))
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
                i += rune.Utf16SequenceLength;
            }
            else throw Lone(at + i);
        }
        if (isBytes) return new ConditionValue.Bytes([.. bytes]);
        var made = text.ToString();
        return Unicode.IsWell(made) ? new ConditionValue.Text(made) : throw Lone(at);
    }

    private static SyntaxException Lone(int at) =>
        new(at, "Half of a surrogate pair is not a character: write both halves, or \\U and eight digits.");
}

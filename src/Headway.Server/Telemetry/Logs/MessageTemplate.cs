using System.Text;

namespace Headway.Server.Telemetry.Logs;

/// <summary>
/// A message without what varies: a word with a digit in it becomes `*` (numbers, ids, addresses), and so does what
/// stands in quotes.
/// </summary>
public static class MessageTemplate
{
    private const int MostCharacters = 240;
    private const char Hole = '*';

    public static string Of(string message)
    {
        var text = new StringBuilder(Math.Min(message.Length, MostCharacters));
        for (var at = 0; at < message.Length && text.Length < MostCharacters;)
        {
            var c = message[at];
            if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                if (text.Length > 0 && text[^1] != ' ') text.Append(' ');
                at++;
            }
            else if (c is '"' or '\'' or '`' && IsOpening(message, at) && message.IndexOf(c, at + 1) is > 0 and var end)
            {
                text.Append(c).Append(Hole).Append(c);
                at = end + 1;
            }
            else if (IsWord(c)) at = AppendWord(message, at, text);
            else
            {
                text.Append(c);
                at++;
            }
        }
        return text.ToString().TrimEnd();
    }

    /// <summary>Not the apostrophe in the middle of a word.</summary>
    private static bool IsOpening(string message, int at) => at == 0 || !char.IsLetterOrDigit(message[at - 1]);

    private static int AppendWord(string message, int at, StringBuilder text)
    {
        var end = at;
        var varies = false;
        // Dots, dashes and colons inside a word belong to it: 10.0.0.7:8080, 2f6c-11ee, 1.5.
        while (end < message.Length && (IsWord(message[end])
            || message[end] is '.' or '-' or ':' && end + 1 < message.Length && IsWord(message[end + 1])))
            varies |= char.IsDigit(message[end++]);
        if (varies) text.Append(Hole);
        else text.Append(message, at, end - at);
        return end;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';
}

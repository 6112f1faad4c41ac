using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace Headway.Core.Evidence.Queries;

/// <summary>Words such as `$release` or `${release}` in a query, for which the server writes what it asks about.</summary>
public static partial class Placeholders
{
    /// <summary>Without one of these a query would cover the whole service.</summary>
    public static readonly ImmutableArray<string> Telling = ["release", "side", "commit"];

    public static readonly ImmutableArray<string> Known =
        [.. Telling, "service", "environment", Window];

    /// <summary>A length of time in the language of the source.</summary>
    public const string Window = "window";

    [GeneratedRegex(@"\$(?:\{([A-Za-z]+)\}|([A-Za-z]+))", RegexOptions.CultureInvariant)]
    private static partial Regex Written { get; }

    /// <summary>What may be written for a placeholder: harmless in every language, in quotes or not.</summary>
    [GeneratedRegex(@"^[A-Za-z0-9_.:/@-]{0,200}\z", RegexOptions.CultureInvariant)]
    public static partial Regex Harmless { get; }

    public static IEnumerable<Placeholder> In(string text) => Written.Matches(text)
        .Select(m => new Placeholder(m.Groups[1].Success ? m.Groups[1].Value : m.Groups[2].Value, m.Index, m.Length));

    public static bool TellsSides(string text) => In(text).Any(p => Telling.Contains(p.Name));

    /// <summary>Puts values in; a name for which there is none stays as it is written.</summary>
    public static string Fill(string text, Func<Placeholder, string?> valueOf)
    {
        var filled = new StringBuilder();
        var end = 0;
        foreach (var placeholder in In(text))
        {
            filled.Append(text, end, placeholder.Index - end);
            end = placeholder.Index + placeholder.Length;
            filled.Append(valueOf(placeholder) ?? text[placeholder.Index..end]);
        }
        return filled.Append(text, end, text.Length - end).ToString();
    }
}

/// <param name="Index">Where its `$` stands.</param>
public readonly record struct Placeholder(string Name, int Index, int Length);

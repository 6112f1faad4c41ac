using System.Text.RegularExpressions;

namespace Headway.Core.Tests.Tidy;

/// <summary>
/// Blocks of code by indentation: an opening brace alone on its line, and the closing one under it. Bodies of types are
/// left out, so what is left is functions and what is in them.
/// </summary>
internal static partial class Blocks
{
    /// <param name="First">Number of the line above the opening brace, from 1.</param>
    public readonly record struct Block(int First, int Length);

    public static IEnumerable<Block> Of(string[] lines)
    {
        for (var open = 1; open < lines.Length; open++)
        {
            if (lines[open].Trim() != "{" || IsType(lines, open) || Table().IsMatch(lines[open - 1])) continue;
            var indent = lines[open].Length - lines[open].TrimStart().Length;
            var close = Array.FindIndex(lines, open + 1, l =>
                l.Length > indent && l[indent] == '}' && l.Length - l.TrimStart().Length == indent);
            if (close > open) yield return new(open, close - open + 1);
        }
    }

    /// <summary>The declaration may take several lines: it begins after a blank line, a brace or the end of a statement.</summary>
    private static bool IsType(string[] lines, int open)
    {
        for (var i = open - 1; i >= 0; i--)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line is "{" or "}" || line.EndsWith(';') || line.StartsWith("//", StringComparison.Ordinal))
                return false;
            if (Type().IsMatch(line)) return true;
        }
        return false;
    }

    /// <summary>A table of values, not code.</summary>
    [GeneratedRegex(@"=>?\s*new\s*[\w<>]*(\(.*\))?$")]
    private static partial Regex Table();

    [GeneratedRegex(@"^((public|internal|private|protected|sealed|static|abstract|partial|readonly|ref|unsafe|file)\s+)*(record|class|struct|interface|enum)\s")]
    private static partial Regex Type();
}

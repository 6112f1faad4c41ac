using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Headway.Core.Scans.Secrets;

/// <summary>One kind of secret by its documented form. Patterns cannot backtrack, so that no line takes long.</summary>
/// <param name="Hints">A line without any of these is not looked at further; compared without regard to case.</param>
/// <param name="Pattern">Its group `v`, or all of it, is the value.</param>
/// <param name="IsReal">What the form alone cannot tell.</param>
internal sealed record SecretPattern(string Kind, ImmutableArray<string> Hints, Regex Pattern, Func<SecretMatch, bool> IsReal)
{
    public static SecretPattern Of(string kind, string hints, string pattern, Func<SecretMatch, bool>? isReal = null) => new(
        kind, [.. hints.Split(' ')],
        new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), isReal ?? (_ => true));

    /// <summary>A token by its prefix: nothing of the same alphabet may stand before it or after it.</summary>
    public static SecretPattern Token(string kind, string prefix, string rest, double bits = 3) => Of(
        kind, prefix, Regex.Escape(prefix) + rest,
        match => match.StandsAlone && Entropy.BitsOf(match.Value.AsSpan(prefix.Length)) >= bits);
}

/// <param name="Start">Of the value in the line.</param>
internal readonly record struct SecretMatch(string Line, int Start, string Value, string Path)
{
    public bool StandsAlone => !IsWord(At(Start - 1)) && !IsWord(At(Start + Value.Length));

    private char At(int index) => index >= 0 && index < Line.Length ? Line[index] : ' ';

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
}

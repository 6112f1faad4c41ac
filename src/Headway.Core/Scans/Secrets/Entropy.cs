namespace Headway.Core.Scans.Secrets;

/// <summary>How random a text looks.</summary>
internal static class Entropy
{
    /// <summary>Bits a character after Shannon, of the frequencies in the text itself.</summary>
    public static double BitsOf(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return 0;
        Span<int> counts = stackalloc int[128];
        var others = 0;
        foreach (var c in text)
            if (c < 128) counts[c]++;
            else others++;
        double bits = 0;
        foreach (var count in counts)
            if (count > 0) bits -= (double)count / text.Length * Math.Log2((double)count / text.Length);
        return others == 0 ? bits : bits - ((double)others / text.Length * Math.Log2((double)others / text.Length));
    }

    /// <summary>
    /// Names, paths and words are not random: they have few digits in few places, and run in lower case for long. A random
    /// text of letters and digits changes between lower, upper and digit about every second character.
    /// </summary>
    public static bool LooksRandom(ReadOnlySpan<char> text)
    {
        int digits = 0, letters = 0, numbers = 0, words = 0, changes = 0, hex = 0, run = 0, kind = -1;
        foreach (var c in text)
        {
            var now = char.IsAsciiDigit(c) ? 0 : char.IsAsciiLetterLower(c) ? 1 : char.IsAsciiLetterUpper(c) ? 2 : 3;
            run = now == kind ? run + 1 : 1;
            if (now == 0) digits++;
            if (now == 0 && run == 1) numbers++;
            if (now == 1 && run == 4) words++;
            if (now is 1 or 2) letters++;
            if (char.IsAsciiHexDigit(c)) hex++;
            if (kind >= 0 && now != kind) changes++;
            kind = now;
        }
        if (digits < 3 || letters < 3 || (numbers < 3 && words >= 2)) return false;
        if (hex == text.Length) return text.Length >= 32 && BitsOf(text) >= 3.2;
        return BitsOf(text) >= 3.7 && changes >= text.Length / 3;
    }
}

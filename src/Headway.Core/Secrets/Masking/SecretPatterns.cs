using System.Text;

namespace Headway.Core.Secrets.Masking;

/// <summary>What a secret may look like in output.</summary>
public static class SecretPatterns
{
    /// <summary>A longer pattern is cut; its pieces are found side by side and masked as one.</summary>
    public const int LongestPiece = 1024;

    /// <summary>Of a line of a secret that has many; shorter ones are found with their neighbours only.</summary>
    private const int ShortestLine = 8;

    private const int ShortestPattern = 6, ShortestRest = 16;

    /// <summary>Widths at which tools break lines of base64.</summary>
    private static readonly int[] Widths = [64, 76];

    public static IEnumerable<byte[]> Of(byte[] secret) =>
        Parts(secret).SelectMany(Looks).Where(look => look.Length >= ShortestPattern)
            .Distinct(new SameBytes()).SelectMany(Cut);

    /// <summary>The whole without the line feeds at its end, and each line that is worth it.</summary>
    private static IEnumerable<byte[]> Parts(byte[] secret)
    {
        var whole = secret.AsSpan().TrimEnd("\r\n"u8).ToArray();
        yield return whole.Length >= ShortestPattern ? whole : secret;
        if (!whole.Contains((byte)'\n')) yield break;
        for (int from = 0, to; from < whole.Length; from = to + 1)
        {
            to = Array.IndexOf(whole, (byte)'\n', from) is >= 0 and var end ? end : whole.Length;
            var line = whole.AsSpan(from..to).Trim("\r\t "u8).ToArray();
            // `-----BEGIN ...` says what it is and is no secret.
            if (line.Length >= ShortestLine && !line.AsSpan().StartsWith("-----"u8)) yield return line;
        }
    }

    private static IEnumerable<byte[]> Looks(byte[] part)
    {
        yield return part;
        foreach (var look in Base64Looks(part)) yield return Encoding.ASCII.GetBytes(look);
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(part));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(part));
        foreach (var look in EscapedText.UrlLooks(part)) yield return Encoding.ASCII.GetBytes(look);
        foreach (var look in EscapedText.QuotedLooks(part)) yield return Encoding.UTF8.GetBytes(look);
    }

    /// <summary>
    /// Wherever it begins within what is encoded: with 0, 1 or 2 bytes before it, the first letters that hold only bits of
    /// the secret are number 0, 2 and 3. Both alphabets; up to the last whole letter, and also with the end of the text.
    /// </summary>
    private static IEnumerable<string> Base64Looks(byte[] part)
    {
        foreach (var before in (int[])[0, 1, 2])
        {
            var whole = Convert.ToBase64String([.. new byte[before], .. part]);
            var first = (before * 8 + 5) / 6;
            var bare = whole.TrimEnd('=');
            foreach (var look in new[] { bare[first..((before + part.Length) * 8 / 6)], bare[first..], whole[first..] })
            {
                yield return look;
                yield return look.Replace('+', '-').Replace('/', '_');
            }
            if (before > 0) continue;
            foreach (var width in Widths)
                for (var line = 0; line < bare.Length && bare.Length > width; line += width)
                    yield return bare[line..Math.Min(line + width, bare.Length)];
        }
    }

    private static IEnumerable<byte[]> Cut(byte[] look)
    {
        for (var from = 0; from < look.Length;)
        {
            var rest = look.Length - from;
            var length = rest <= LongestPiece + ShortestRest ? rest : LongestPiece;
            yield return look[from..(from + length)];
            from += length;
        }
    }

    private sealed class SameBytes : IEqualityComparer<byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] bytes)
        {
            var hash = new HashCode();
            hash.AddBytes(bytes);
            return hash.ToHashCode();
        }
    }
}

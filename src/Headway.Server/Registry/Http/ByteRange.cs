using System.Globalization;

namespace Headway.Server.Registry.Http;

/// <summary>One range of a blob, both ends included.</summary>
/// <param name="IsWrong">It lies outside, or ends before it begins.</param>
internal sealed record ByteRange(long First, long Last, bool IsWrong = false)
{
    public long Length => Last - First + 1;

    private static readonly ByteRange Wrong = new(0, 0, IsWrong: true);

    /// <summary>Null for the whole blob: no header, another unit, or several ranges, which nobody needs of a blob.</summary>
    public static ByteRange? Read(string header, long length)
    {
        const string unit = "bytes=";
        if (!header.StartsWith(unit, StringComparison.OrdinalIgnoreCase) || header.Contains(',')) return null;
        var text = header.AsSpan(unit.Length).Trim();
        var dash = text.IndexOf('-');
        if (dash < 0) return null;
        var from = text[..dash];
        var to = text[(dash + 1)..];
        if (from.IsEmpty)
            return !Number(to, out var suffix) ? null : suffix == 0 || length == 0 ? Wrong
                : new(Math.Max(0, length - suffix), length - 1);
        if (!Number(from, out var first)) return null;
        var last = length - 1;
        if (!to.IsEmpty && !Number(to, out last)) return null;
        return first >= length || last < first ? Wrong : new(first, Math.Min(last, length - 1));
    }

    private static bool Number(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

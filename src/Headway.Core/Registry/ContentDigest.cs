using System.Buffers;

namespace Headway.Core.Registry;

/// <summary>
/// Names content by its hash: `sha256:` and 64, or `sha512:` and 128 lower-case hexadecimal digits. Anything else is no
/// digest here, and so never becomes part of a path.
/// </summary>
public static class ContentDigest
{
    public const string Sha256 = "sha256";
    public const string Sha512 = "sha512";

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    public static bool IsOne(string text) => AlgorithmOf(text) is not null;

    /// <summary>`sha256`, `sha512`, or null when the text is no digest.</summary>
    public static string? AlgorithmOf(string text)
    {
        var algorithm = text.StartsWith("sha256:", StringComparison.Ordinal) ? Sha256
            : text.StartsWith("sha512:", StringComparison.Ordinal) ? Sha512 : null;
        if (algorithm is null) return null;
        var hex = text.AsSpan(algorithm.Length + 1);
        var digits = algorithm == Sha256 ? 64 : 128;
        return hex.Length == digits && hex.IndexOfAnyExcept(LowerHex) < 0 ? algorithm : null;
    }

    public static string Of(string algorithm, ReadOnlySpan<byte> hash) =>
        $"{algorithm}:{Convert.ToHexStringLower(hash)}";
}

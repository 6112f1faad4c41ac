using System.Buffers;

namespace Headway.Server.Artifacts;

/// <summary>`sha256:` and 64 lower-case hexadecimal digits; anything else is no digest (and no path).</summary>
public static class Digest
{
    public const string Algorithm = "sha256";
    private const int HexDigits = 64;
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    public static string Of(byte[] hash) => $"{Algorithm}:{Convert.ToHexStringLower(hash)}";

    public static bool IsOne(string text) =>
        text.Length == Algorithm.Length + 1 + HexDigits
        && text.StartsWith(Algorithm + ":", StringComparison.Ordinal)
        && text.AsSpan(Algorithm.Length + 1).IndexOfAnyExcept(LowerHex) < 0;
}

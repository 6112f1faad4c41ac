using System.Text;

namespace Headway.Core.Conditions.Values;

internal static class Utf8
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static bool TryDecode(ReadOnlySpan<byte> octets, out string text)
    {
        try
        {
            text = Strict.GetString(octets);
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = "";
            return false;
        }
    }
}

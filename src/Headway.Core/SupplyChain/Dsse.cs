using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Headway.Core.SupplyChain;

/// <summary>A signed message as DSSE v1 writes it (github.com/secure-systems-lab/dsse).</summary>
/// <param name="Payload">Base64.</param>
public sealed record DsseEnvelope(string Payload, string PayloadType, ImmutableArray<DsseSignature> Signatures)
{
    public const string InToto = "application/vnd.in-toto+json";

    /// <summary>The payload, or null when it is no base64.</summary>
    public byte[]? Bytes() => Encoded.Bytes(Payload);

    /// <summary>
    /// What is signed: type and payload with their lengths, so that neither can be read as part of the other.
    /// </summary>
    public static byte[] Signed(string payloadType, byte[] payload) =>
    [
        .. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"DSSEv1 {Encoding.UTF8.GetByteCount(payloadType)} {payloadType} {payload.Length} ")),
        .. payload,
    ];
}

/// <param name="Sig">Base64; for ECDSA keys in ASN.1 DER.</param>
/// <param name="Keyid">A hint only: whoever verifies tries the keys that they trust.</param>
public sealed record DsseSignature(string Sig, string? Keyid = null);

/// <summary>Base64 of others, which may be anything.</summary>
internal static class Encoded
{
    public static byte[]? Bytes(string? text)
    {
        if (text is null) return null;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}

using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.SupplyChain;

/// <summary>An envelope as sigstore's tools keep it, version 0.3, signed with a key instead of a certificate.</summary>
public sealed record SigstoreBundle(string MediaType, VerificationMaterial VerificationMaterial, DsseEnvelope DsseEnvelope)
{
    public static SigstoreBundle Of(VerifyingKey key, DsseEnvelope envelope) =>
        new(SupplyChain.MediaType.Bundle, new(new(key.Hint)), envelope);

    public byte[] Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, Wire.Json);
}

public sealed record VerificationMaterial(KeyHint? PublicKey)
{
    public ImmutableArray<JsonElement>? TlogEntries { get; init; }
}

/// <param name="Hint">Base64 of the SHA-256 of the key.</param>
public sealed record KeyHint(string Hint);

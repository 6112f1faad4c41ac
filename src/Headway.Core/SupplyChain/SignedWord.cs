using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.SupplyChain;

/// <summary>What an attachment turned out to be.</summary>
/// <param name="Signer">Who signed it, of those who are trusted; null: nobody.</param>
/// <param name="Statement">Null for a bare signature.</param>
/// <param name="About">Digests that it is about.</param>
/// <param name="Problem">Why it counts for nothing, or null.</param>
public sealed record SignedWord(
    string Digest, string Kind, VerifyingKey? Signer, Statement? Statement, ImmutableArray<string> About, string? Problem)
{
    public bool IsAbout(string digest) => About.Contains(digest);
}

/// <summary>Reads signatures in the layouts that are in use: bundles and envelopes with statements, and simple signing.</summary>
public static class SignedWords
{
    public static SignedWord Read(FoundAttachment found, string service, TrustedKeys keys)
    {
        if (found.Content is not { } content) return Nothing(found, found.Problem ?? "cannot be read");
        return found.MediaType switch
        {
            MediaType.SimpleSigning => Simple(found, content, service, keys),
            MediaType.Bundle => Bundled(content) is { } bundle
                ? Signed(found, bundle.DsseEnvelope, service, keys) : Nothing(found, "is no bundle of an envelope"),
            MediaType.Dsse or MediaType.InToto => Envelope(content) is { } envelope
                ? Signed(found, envelope, service, keys) : Nothing(found, "is no envelope"),
            _ => Nothing(found, $"is of a type that is not known here, `{Short(found.MediaType)}`"),
        };
    }

    /// <summary>An envelope from a file: on its own or in a bundle; null when it is neither.</summary>
    public static DsseEnvelope? EnvelopeIn(byte[] file) => Envelope(file) ?? Bundled(file)?.DsseEnvelope;

    /// <summary>The statement in an envelope, whoever signed it.</summary>
    public static Statement? StatementIn(DsseEnvelope envelope) =>
        envelope.PayloadType == DsseEnvelope.InToto && envelope.Bytes() is { } payload
            && Json<Statement>(payload) is { Type: Statement.V1 or Statement.V01, PredicateType: not null } read
            && !read.Subject.IsDefault && read.Subject.All(each => each is not null)
            && read.Predicate.ValueKind is not JsonValueKind.Undefined ? read : null;

    private static SignedWord Simple(FoundAttachment found, byte[] payload, string service, TrustedKeys keys)
    {
        if (SimpleSigning.DigestIn(payload) is not { } about) return Nothing(found, "is no signature of an image");
        var signer = found.Signature is { } signature ? keys.SignerOf(service, payload, signature) : null;
        return new(found.Digest, PredicateType.Signature, signer, null, [about], signer is null ? Unknown : null);
    }

    private static SignedWord Signed(FoundAttachment found, DsseEnvelope envelope, string service, TrustedKeys keys)
    {
        if (StatementIn(envelope) is not { } statement) return Nothing(found, "holds no statement of in-toto");
        var signed = DsseEnvelope.Signed(envelope.PayloadType, envelope.Bytes()!);
        var signer = envelope.Signatures.IsDefault ? null : envelope.Signatures.Take(16)
            .OfType<DsseSignature>().Select(each => Encoded.Bytes(each.Sig) is { } bytes ? keys.SignerOf(service, signed, bytes) : null)
            .FirstOrDefault(key => key is not null);
        var about = statement.Subject.Select(each => each.Digest?.GetValueOrDefault("sha256"))
            .Where(hex => hex is not null).Select(hex => $"sha256:{hex}");
        return new(found.Digest, statement.PredicateType, signer, statement, [.. about], signer is null ? Unknown : null);
    }

    private static SignedWord Nothing(FoundAttachment found, string problem) =>
        new(found.Digest, found.MediaType, null, null, [], problem);

    private static SigstoreBundle? Bundled(byte[] content) =>
        Json<SigstoreBundle>(content) is { DsseEnvelope.Payload: not null } bundle ? bundle : null;

    private static DsseEnvelope? Envelope(byte[] content) =>
        Json<DsseEnvelope>(content) is { Payload: not null, PayloadType: not null } envelope ? envelope : null;

    private static T? Json<T>(byte[] content) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(content, Wire.Json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }

    private const string Unknown = "is not signed by a key that is trusted here";

    private static string Short(string text) => text.Length > 100 ? text[..100] : text;
}

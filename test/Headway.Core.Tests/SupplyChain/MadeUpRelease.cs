using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.SupplyChain;
using Headway.Core.Tests.Pipelines;

namespace Headway.Core.Tests.SupplyChain;

/// <summary>A release with everything about it, each part of which a test may change.</summary>
internal sealed class MadeUpRelease : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly List<FoundAttachment> _attached = [];

    public MadeUpRelease(string service = "shop", ReleaseOrigin? origin = null)
    {
        Service = service;
        Key = VerifyingKey.Read("this server", _key.ExportSubjectPublicKeyInfoPem()).Key!;
        Config = new($"{service}-1-abc", service, 1, new(Sha, "First", "Ann", At), "sha256:spec", $"{service}-1", origin);
        Manifest = ReleaseManifest.Of(Config, new(MediaType.Tar, Artifact, 7));
    }

    public static readonly string Sha = new('a', 40);
    public static readonly string Artifact = $"sha256:{new string('b', 64)}";

    public string Service { get; }
    public VerifyingKey Key { get; }
    public ReleaseConfig Config { get; set; }
    public OciManifest Manifest { get; set; }
    public string Digest => OciDescriptor.DigestOf(Manifest.Bytes());
    public SupplyRules Rules { get; set; } = SupplyRules.None;

    public static MadeUpRelease Whole(string service = "shop")
    {
        var release = new MadeUpRelease(service);
        return release.Says(PredicateType.Signature, new { }).Says(PredicateType.Provenance, release.Provenance());
    }

    public Provenance Provenance(string? service = null, string? commit = null, string? builder = null)
    {
        var run = new RunStory().State with { Service = service ?? Service };
        run = run with { Commit = run.Commit with { Sha = commit ?? Sha } };
        var made = BuildProvenance.Of(run, Artifact, new("/src", "headway.yaml", Key, "1.0"));
        return builder is null ? made
            : made with { RunDetails = made.RunDetails with { Builder = new(builder, null) } };
    }

    /// <summary>Adds a statement, signed with the server's key or another one.</summary>
    public MadeUpRelease Says(string type, object predicate, ECDsa? by = null, params string[] about)
    {
        _attached.Add(Signed(type, predicate, by ?? _key, about.Length > 0 ? about : [Digest, Artifact]));
        return this;
    }

    public MadeUpRelease Add(FoundAttachment attachment)
    {
        _attached.Add(attachment);
        return this;
    }

    public MadeUpRelease Without(string type)
    {
        _attached.RemoveAll(each => SignedWords.Read(each, Service, new(Key, [])).Kind == type);
        return this;
    }

    public ImmutableArray<FoundAttachment> Attached => [.. _attached];

    public static FoundAttachment Signed(string type, object predicate, ECDsa key, params string[] about)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(
            Statement.Of([.. about.Select(digest => ResourceDescriptor.Of("it", digest))], type, predicate), Wire.Json);
        var signature = key.SignData(
            DsseEnvelope.Signed(DsseEnvelope.InToto, payload), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var reader = VerifyingKey.Read("k", key.ExportSubjectPublicKeyInfoPem()).Key!;
        var bundle = SigstoreBundle.Of(reader,
            new(Convert.ToBase64String(payload), DsseEnvelope.InToto, [new(Convert.ToBase64String(signature))])).Bytes();
        return new(OciDescriptor.DigestOf(bundle), MediaType.Bundle, bundle);
    }

    public Verification Verify(
        byte[]? manifest = null, byte[]? config = null, string? artifact = null, bool artifactGone = false,
        params TrustedKey[] others) => ReleaseChecks.Of(
        new(Config.Release, Service, Config.Commit.Sha, Digest, Artifact, Config.Origin, Rules),
        new(manifest ?? Manifest.Bytes(), config ?? Config.Bytes(), artifactGone ? null : artifact ?? Artifact, Attached),
        new(Key, [.. others]));

    public void Dispose() => _key.Dispose();
}

using System.Security.Cryptography;
using System.Text;
using Headway.Core.SupplyChain;
using Xunit;

namespace Headway.Core.Tests.SupplyChain;

public sealed class ReleaseChecksTests : IDisposable
{
    private readonly ECDsa _stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private TrustedKey Stranger(params string[] services) =>
        new(VerifyingKey.Read("jenkins", _stranger.ExportSubjectPublicKeyInfoPem()).Key!, [.. services]);

    [Fact]
    public void A_whole_release_passes_and_every_check_says_what_it_saw()
    {
        using var release = MadeUpRelease.Whole();
        var verified = release.Verify();
        Assert.True(verified.Passed, verified.Refused);
        Assert.Equal(["manifest", "artifact", "release", "signature", "provenance", "bill of materials", "tests"],
            verified.Checks.Select(check => check.Name));
        Assert.All(verified.Checks.Take(5), check => Assert.Equal(CheckResult.Passed, check.Result));
    }

    [Fact]
    public void An_unsigned_release_is_refused()
    {
        using var release = MadeUpRelease.Whole().Without(PredicateType.Signature);
        Assert.Contains("is not signed", release.Verify().Refused);
    }

    [Fact]
    public void A_signature_by_a_key_that_is_not_trusted_counts_for_nothing()
    {
        using var release = MadeUpRelease.Whole().Without(PredicateType.Signature);
        release.Says(PredicateType.Signature, new { }, _stranger);
        Assert.Contains("only by keys that are not trusted", release.Verify().Refused);
        Assert.True(release.Verify(others: Stranger()).Passed);
        Assert.True(release.Verify(others: Stranger("shop")).Passed);
        Assert.False(release.Verify(others: Stranger("till")).Passed);
    }

    [Fact]
    public void The_signature_of_another_release_is_no_signature_of_this_one()
    {
        using var release = MadeUpRelease.Whole().Without(PredicateType.Signature);
        release.Says(PredicateType.Signature, new { }, null, $"sha256:{new string('c', 64)}");
        Assert.Contains("of another release", release.Verify().Refused);
    }

    /// <summary>Whoever may push beside a release may push anything; the gate must neither fall over nor believe it.</summary>
    [Theory]
    [InlineData("""{"_type":"https://in-toto.io/Statement/v1","subject":[null],"predicateType":"x","predicate":{}}""", "[]")]
    [InlineData("""{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":null}}],"predicateType":"x","predicate":{}}""", "[null]")]
    [InlineData("""{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicateType":"x"}""", "[null,{}]")]
    [InlineData("null", "null")]
    public void What_others_attach_may_have_holes_anywhere(string statement, string signatures)
    {
        var envelope = $$"""
            {"payloadType":"application/vnd.in-toto+json","payload":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(statement))}}","signatures":{{signatures}}}
            """;
        using var release = MadeUpRelease.Whole()
            .Add(new("sha256:x", MediaType.Dsse, Encoding.UTF8.GetBytes(envelope)))
            .Add(new("sha256:y", MediaType.Bundle, Encoding.UTF8.GetBytes($$"""{"mediaType":"m","dsseEnvelope":{{envelope}} }""")));
        Assert.True(release.Verify().Passed, release.Verify().Refused);
    }

    [Fact]
    public void A_trusted_statement_that_says_nothing_is_no_provenance()
    {
        using var release = new MadeUpRelease().Says(PredicateType.Signature, new { });
        var payload = Encoding.UTF8.GetBytes($$"""
            {"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"{{release.Digest[7..]}}"} }],"predicateType":"{{PredicateType.Provenance}}"}
            """);
        var signature = _stranger.SignData(
            DsseEnvelope.Signed(DsseEnvelope.InToto, payload), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        release.Add(new("sha256:x", MediaType.Dsse, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new DsseEnvelope(
            Convert.ToBase64String(payload), DsseEnvelope.InToto, [new(Convert.ToBase64String(signature))]), Wire.Json)));
        Assert.Contains("no provenance", release.Verify(others: Stranger()).Refused);
    }

    [Fact]
    public void What_others_attach_does_not_keep_a_release_from_running()
    {
        using var release = MadeUpRelease.Whole().Says(PredicateType.Provenance, new { }, _stranger)
            .Add(new("sha256:x", MediaType.Bundle, Encoding.UTF8.GetBytes("{]")))
            .Add(new("sha256:y", "text/plain", [1]))
            .Add(new("sha256:z", MediaType.Bundle, null, null, "is not here"));
        var verified = release.Verify();
        Assert.True(verified.Passed, verified.Refused);
        Assert.Equal(4, verified.Checks.Count(check => check.Result is CheckResult.Ignored));
    }

    [Fact]
    public void A_byte_changed_anywhere_is_found()
    {
        using var release = MadeUpRelease.Whole();
        Assert.Contains("manifest", release.Verify(manifest: Changed(release.Manifest.Bytes())).Refused);
        Assert.Contains("configuration", release.Verify(config: Changed(release.Config.Bytes())).Refused);
        Assert.Contains("artifact of shop-1-abc was altered", release.Verify(artifact: $"sha256:{new string('d', 64)}").Refused);
        Assert.Contains("is not here", release.Verify(artifactGone: true).Refused);
    }

    /// <summary>The provenance's bundle with one byte changed, at every fifth place: nothing else is believed then.</summary>
    [Fact]
    public void A_changed_envelope_never_says_something_else_that_is_believed()
    {
        using var release = MadeUpRelease.Whole();
        var provenance = release.Attached.Single(each =>
            SignedWords.Read(each, "shop", new(release.Key, [])).Kind == PredicateType.Provenance);
        var honest = Encoding.UTF8.GetString(provenance.Content!);
        for (var at = 0; at < provenance.Content!.Length; at += 5)
        {
            var bytes = (byte[])provenance.Content.Clone();
            bytes[at] ^= 1;
            var read = SignedWords.Read(provenance with { Content = bytes }, "shop", new(release.Key, []));
            if (read.Signer is null) continue;
            // What is not signed (the hint of the key, white space) may differ; what is said may not.
            Assert.Equal(
                SignedWords.Read(provenance, "shop", new(release.Key, [])).Statement!.Predicate.GetRawText(),
                read.Statement!.Predicate.GetRawText());
        }
        Assert.NotEmpty(honest);
    }

    [Fact]
    public void Provenance_is_required_and_has_to_be_of_this_service_commit_builder_and_artifact()
    {
        using var release = MadeUpRelease.Whole().Without(PredicateType.Provenance);
        Assert.Contains("no provenance", release.Verify().Refused);
        AssertRefused("of the service till", release, release.Provenance(service: "till"));
        AssertRefused("is of commit", release, release.Provenance(commit: new('f', 40)));
        AssertRefused("names the builder", release, release.Provenance(builder: "urn:headway:server:other"));
        AssertRefused("not one of a build by Headway", release, new { });
        release.Without(PredicateType.Provenance).Says(
            PredicateType.Provenance, release.Provenance(), null, release.Digest);
        Assert.Contains("another artifact", release.Verify().Refused);
    }

    [Fact]
    public void Another_trusted_key_cannot_speak_for_the_builder_of_this_server()
    {
        using var release = MadeUpRelease.Whole().Without(PredicateType.Provenance);
        release.Says(PredicateType.Provenance, release.Provenance(), _stranger);
        Assert.Contains("jenkins cannot speak for it", release.Verify(others: Stranger()).Refused);
    }

    [Fact]
    public void A_manifest_that_names_another_artifact_is_refused()
    {
        using var release = new MadeUpRelease();
        release.Manifest = ReleaseManifest.Of(release.Config, new(MediaType.Tar, $"sha256:{new string('e', 64)}", 7));
        release.Says(PredicateType.Signature, new { }).Says(PredicateType.Provenance, release.Provenance());
        Assert.Contains("about another artifact", release.Verify().Refused);
    }

    [Fact]
    public void A_service_that_takes_only_what_headway_builds_takes_nothing_else_and_the_other_way_round()
    {
        using var elsewhere = HandedOver();
        Assert.True(elsewhere.Verify().Passed, elsewhere.Verify().Refused);
        elsewhere.Rules = new(BuildsWhere.Here);
        Assert.Contains("takes only what Headway builds", elsewhere.Verify().Refused);
        using var here = MadeUpRelease.Whole();
        here.Rules = new(BuildsWhere.Elsewhere);
        Assert.Contains("takes only what", here.Verify().Refused);
    }

    [Fact]
    public void Provenance_of_another_builder_is_asked_for_where_the_service_says_so()
    {
        using var release = HandedOver();
        release.Rules = new(BuildsWhere.Anywhere, ProvenanceRequired: true);
        Assert.Contains("asks for it", release.Verify().Refused);
        var foreign = release.Provenance(builder: "https://ci.example/builder");
        release.Says(PredicateType.Provenance, foreign, _stranger, MadeUpRelease.Artifact);
        Assert.Contains("asks for it", release.Verify().Refused);
        Assert.True(release.Verify(others: Stranger()).Passed);
        release.Without(PredicateType.Provenance);
    }

    [Fact]
    public void Without_the_words_of_a_handover_nothing_built_elsewhere_runs()
    {
        using var release = HandedOver().Without(PredicateType.Handover);
        Assert.Contains("nobody who is trusted says", release.Verify().Refused);
    }

    [Fact]
    public void The_older_layout_of_cosign_is_read()
    {
        using var release = MadeUpRelease.Whole().Without(PredicateType.Signature);
        var payload = SimpleSigning.Payload("localhost/shop", release.Digest);
        var signature = _stranger.SignData(payload, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        release.Add(new("sha256:s", MediaType.SimpleSigning, payload, signature));
        Assert.Contains("not trusted", release.Verify().Refused);
        Assert.True(release.Verify(others: Stranger()).Passed);
    }

    public void Dispose() => _stranger.Dispose();

    private static MadeUpRelease HandedOver()
    {
        var release = new MadeUpRelease(origin: new("https://ci.example/12"));
        return release.Says(PredicateType.Signature, new { }).Says(PredicateType.Handover, new Handover(
            "shop", MadeUpRelease.Sha, MadeUpRelease.Artifact, new("https://ci.example/12"), "ann", default, new(false, null, null)));
    }

    private static void AssertRefused(string says, MadeUpRelease release, object provenance)
    {
        release.Without(PredicateType.Provenance).Says(PredicateType.Provenance, provenance);
        Assert.Contains(says, release.Verify().Refused);
    }

    private static byte[] Changed(byte[] bytes)
    {
        bytes[^3] ^= 1;
        return bytes;
    }
}

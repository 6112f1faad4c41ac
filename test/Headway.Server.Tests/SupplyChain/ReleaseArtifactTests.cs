using System.Net.Http.Json;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Releases;
using Headway.Core.SupplyChain;
using Headway.Server.Artifacts;
using Headway.Server.Registry;
using Headway.Server.SupplyChain;
using Headway.Server.Tests.Sources;
using Xunit;

namespace Headway.Server.Tests.SupplyChain;

public sealed class ReleaseArtifactTests
{
    [Fact]
    public async Task A_commit_becomes_a_release_with_everything_that_is_said_about_it()
    {
        await using var shop = await ReleasedShop.StartAsync();
        var release = await shop.ReleaseAsync(1);

        var verified = await shop.VerifyAsync(release);
        Assert.True(verified.Passed, verified.Refused);
        Assert.Contains(verified.Checks, check => check is { Name: "bill of materials", Result: CheckResult.Passed }
            && check.Says.Contains("1 npm", StringComparison.Ordinal));
        var stored = shop.Server.Get<RegistryStore>().Manifests.Find("shop", release.Id)!;
        Assert.Equal(release.ManifestDigest, stored.Digest);
        Assert.Equal(MediaType.Release, stored.ArtifactType);
        Assert.Equal(release.ArtifactDigest, OciManifest.Read(stored.Content)!.Layers[0].Digest);

        var provenance = await shop.Http.GetFromJsonAsync<JsonElement>($"api/v1/releases/{release.Id}/provenance");
        var definition = provenance.GetProperty("buildDefinition");
        Assert.Equal("shop", definition.GetProperty("externalParameters").GetProperty("service").GetString());
        Assert.Equal("refs/heads/main", definition.GetProperty("externalParameters").GetProperty("ref").GetString());
        Assert.Equal(release.Commit.Sha, definition.GetProperty("resolvedDependencies")[0].GetProperty("digest")
            .GetProperty("gitCommit").GetString());
        var details = provenance.GetProperty("runDetails");
        Assert.Equal("shop-1", details.GetProperty("metadata").GetProperty("invocationId").GetString());
        Assert.Equal(BuildProvenance.BuilderOf(shop.Server.Get<ArtifactSigner>().Key),
            details.GetProperty("builder").GetProperty("id").GetString());
        var bill = await shop.Http.GetFromJsonAsync<JsonElement>($"api/v1/releases/{release.Id}/sbom");
        Assert.Equal("pkg:npm/left-pad@1.3.0", bill.GetProperty("components")[0].GetProperty("purl").GetString());
        var view = await shop.Http.GetFromJsonAsync<ReleaseView>($"api/v1/releases/{release.Id}", Wire.Json);
        Assert.Equal("It names 1 component: 1 npm.", view!.Bill!.Says);
        Assert.Contains(view.Said, word => word is { Kind: PredicateType.Provenance, Signer: "this server" });
    }

    [Fact]
    public async Task Whatever_is_altered_or_taken_away_is_refused_with_the_reason()
    {
        await using var shop = await ReleasedShop.StartAsync();
        var release = await shop.ReleaseAsync(1);
        Assert.Null(await shop.WhyRefusedAsync(release));

        var (signed, signature) = await shop.SaidAsync(release, PredicateType.Signature);
        var (_, provenance) = await shop.SaidAsync(release, PredicateType.Provenance);
        await RefusedAsync("is not here", () => shop.ChangeBlob(release.ArtifactDigest));
        await RefusedAsync("no provenance", () => shop.ChangeBlob(provenance));
        var config = OciManifest.Read(shop.Server.Get<ReleaseShelf>().Manifest("shop", release.ManifestDigest!)!)!.Config;
        await RefusedAsync("configuration", () => shop.ChangeBlob(config.Digest));
        // Both layouts carry the signature; one of them is enough.
        shop.ChangeBlob(signature);
        Assert.Null(await shop.WhyRefusedAsync(release));
        shop.Index("DELETE FROM tags WHERE name = $digest", ReleaseManifest.CosignTag(release.ManifestDigest!, "sig"));
        Assert.Contains("is not signed", await shop.WhyRefusedAsync(release));
        shop.ChangeBlob(signature);
        Assert.Null(await shop.WhyRefusedAsync(release));
        shop.Index("DELETE FROM manifests WHERE digest = $digest", signed);
        Assert.Contains("is not signed", await shop.WhyRefusedAsync(release));

        async Task RefusedAsync(string says, Action change)
        {
            change();
            Assert.Contains(says, await shop.WhyRefusedAsync(release));
            change();
            Assert.Null(await shop.WhyRefusedAsync(release));
        }
    }

    [Fact]
    public async Task An_altered_manifest_is_refused()
    {
        await using var shop = await ReleasedShop.StartAsync();
        var release = await shop.ReleaseAsync(1);
        shop.Index("UPDATE manifests SET content = CAST(replace(CAST(content AS TEXT), 'shop-1', 'shop-9') AS BLOB) "
            + "WHERE digest = $digest", release.ManifestDigest!);
        Assert.Contains("The manifest of", await shop.WhyRefusedAsync(release));
        Assert.Equal(409, (int)(await shop.Http.GetAsync($"api/v1/releases/{release.Id}/export")).StatusCode);
    }

    [Fact]
    public async Task What_others_attach_takes_only_so_much_memory()
    {
        await using var shop = await ReleasedShop.StartAsync();
        var release = await shop.ReleaseAsync(1);
        var shelf = shop.Server.Get<ReleaseShelf>();
        var bytes = new byte[40 << 20];
        await shelf.KeepAsync("shop", MediaType.Bundle, bytes, default);
        var subject = new OciDescriptor(MediaType.Manifest, release.ManifestDigest!, 1);
        for (var at = 0; at < 5; at++)
            await shop.Server.Get<RegistryStore>().Manifests.PutAsync(new("shop", MediaType.Manifest,
                ReleaseManifest.Attached(subject, bytes, "x", DateTimeOffset.UnixEpoch.AddHours(at)).Bytes(), null, []), "mallory (1)", default);
        var found = await shop.Server.Get<ReleaseFinding>().FindAsync("shop", release.ManifestDigest!, default);
        Assert.InRange(found.Attached.Sum(each => (long?)each.Content?.Length ?? 0), bytes.Length, FoundAttachment.MostBytes);
        Assert.Null(await shop.WhyRefusedAsync(release));
    }

    [Fact]
    public async Task What_others_attach_by_the_thousand_does_not_crowd_out_what_the_server_says()
    {
        await using var shop = await ReleasedShop.StartAsync();
        var release = await shop.ReleaseAsync(1);
        shop.Index("""
            INSERT INTO manifests (repository, digest, media_type, artifact_type, subject, pushed, seen, actor, size, described, content)
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)
            SELECT m.repository, printf('sha256:%064d', i), m.media_type, 'x', m.subject, m.pushed, m.seen, 'mallory (1)', m.size, '{}', m.content
            FROM n, (SELECT * FROM manifests WHERE subject = $digest LIMIT 1) m
            """, release.ManifestDigest!, 6000);
        Assert.Null(await shop.WhyRefusedAsync(release));
    }

    [Fact]
    public async Task Words_about_one_release_do_not_vouch_for_another()
    {
        await using var shop = await ReleasedShop.StartAsync();
        var first = await shop.ReleaseAsync(1);
        shop.Repository.Write("page.txt", "hello again\n").Commit("Second page");
        var second = await shop.ReleaseAsync(2);
        var (manifest, _) = await shop.SaidAsync(second, PredicateType.Signature);
        shop.Index("DELETE FROM manifests WHERE digest = $digest", manifest);
        shop.Index("DELETE FROM tags WHERE name = $digest", ReleaseManifest.CosignTag(second.ManifestDigest!, "sig"));
        var (_, foreign) = await shop.SaidAsync(first, PredicateType.Signature);
        var shelf = shop.Server.Get<ReleaseShelf>();
        var bytes = (await shelf.BytesAsync(foreign, 1 << 20, default)).Bytes!;
        await shelf.KeepAsync("shop", ReleaseManifest.Attached(
            new(MediaType.Manifest, second.ManifestDigest!, 1), bytes, PredicateType.Signature, default), null, default);
        Assert.Contains("of another release", await shop.WhyRefusedAsync(second));
        // The record of the second with the manifest of the first.
        Assert.Contains("another artifact", await shop.WhyRefusedAsync(second with { ManifestDigest = first.ManifestDigest }));
        Assert.Contains("that of shop-1", await shop.WhyRefusedAsync(
            second with { ManifestDigest = first.ManifestDigest, ArtifactDigest = first.ArtifactDigest }));
    }

    [Fact]
    public async Task A_release_of_the_time_before_manifests_still_passes_by_its_own_signature()
    {
        await using var shop = await ReleasedShop.StartAsync();
        var release = await shop.ReleaseAsync(1) with { ManifestDigest = null };
        Assert.Null(await shop.WhyRefusedAsync(release));
        Assert.Contains("not by the key of this server",
            await shop.WhyRefusedAsync(release with { ArtifactDigest = $"sha256:{new string('0', 64)}" }));
        Assert.Contains("is not signed", await shop.WhyRefusedAsync(release with { ArtifactSignature = null }));
    }

    [Fact]
    public async Task A_release_that_was_made_before_a_kill_is_the_same_when_it_is_made_again()
    {
        await using var shop = await ReleasedShop.StartAsync();
        var release = await shop.ReleaseAsync(1);
        var run = shop.Server.Runs.Find("shop-1")!;
        var again = await shop.Server.Get<ReleaseMaking>().OfRunAsync(run, release.ArtifactDigest, null, default);
        Assert.Equal(release.ManifestDigest, again.Release!.ManifestDigest);
        Assert.Null(await shop.WhyRefusedAsync(again.Release));
    }

    [Fact]
    public async Task A_job_of_its_own_bill_of_materials_is_believed_over_lock_files_and_its_reports_are_kept()
    {
        await using var shop = await ReleasedShop.StartAsync();
        var release = await shop.ReleaseAsync(1);
        var bill = await shop.UploadAsync("""{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"purl":"pkg:deb/a@1"}]}"""u8.ToArray());
        var report = await shop.UploadAsync("<testsuite/>"u8.ToArray());
        var run = shop.Server.Runs.Find("shop-1")!;
        run = run with
        {
            Number = 7, Jobs = [run.Jobs[0] with
            {
                Results = [new(Core.Pipelines.ResultKind.BillOfMaterials, "bom.json", bill, 1),
                    new(Core.Pipelines.ResultKind.Tests, "out/tests.xml", report, 1)],
            }, run.Jobs[1]],
        };
        var made = (await shop.Server.Get<ReleaseMaking>().OfRunAsync(run, release.ArtifactDigest, null, default)).Release!;
        var verified = await shop.VerifyAsync(made);
        Assert.True(verified.Passed, verified.Refused);
        Assert.Contains(verified.Checks, check => check.Says == "It names 1 component: 1 deb.");
        Assert.Contains(verified.Checks, check => check is { Name: "tests", Says: "PASSED, in 1 report." });
        var files = shop.Server.Get<RegistryStore>().Manifests.Referrers("shop", made.ManifestDigest!, MediaType.Results);
        Assert.Contains(report, System.Text.Encoding.UTF8.GetString(
            shop.Server.Get<ReleaseShelf>().Manifest("shop", Assert.Single(files).Digest)!));
    }

    [Fact]
    public async Task The_same_commit_built_again_is_said_to_be_reproduced_or_not()
    {
        await using var shop = await ReleasedShop.StartAsync();
        var release = await shop.ReleaseAsync(1);
        var run = shop.Server.Runs.Find("shop-1")!;
        var again = run with { Number = 2, Id = "shop-2" };
        var found = Reproductions.Of(again, release.ArtifactDigest, shop.Server.Runs.All);
        var made = await shop.Server.Get<ReleaseMaking>().OfRunAsync(again, release.ArtifactDigest, found, default);
        Assert.Contains("reproduced: shop-1", made.Says);
        Assert.True(made.Release!.Reproduction!.IsSame);
    }
}

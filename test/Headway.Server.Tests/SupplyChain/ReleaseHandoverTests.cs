using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.SupplyChain;
using Headway.Server.SupplyChain;
using Headway.Server.Tests.Pipelines;
using Xunit;

namespace Headway.Server.Tests.SupplyChain;

public sealed class ReleaseHandoverTests
{
    private const string Build = "https://ci.example/job/12";
    private static readonly byte[] Tar = Encoding.UTF8.GetBytes("a tar, or so");

    [Fact]
    public async Task An_artifact_of_another_CI_becomes_a_release_once_and_passes_the_same_gate()
    {
        await using var shop = await ReleasedShop.StartAsync();
        await shop.ReleaseAsync(1);
        var (sha, artifact) = (shop.Repository.Head(), await shop.UploadAsync(Tar));
        var asked = new HandoverRequest("shop", sha, Build, artifact)
        {
            Results = [new(ResultKind.Tests, "junit.xml", await shop.UploadAsync("<testsuite/>"u8.ToArray()), 12)],
        };

        var answer = await shop.HandOverAsync(asked);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var release = (await answer.Content.ReadFromJsonAsync<Release>(Wire.Json))!;
        Assert.Equal($"shop-2-{sha[..7]}", release.Id);
        Assert.Equal(Build, release.Origin!.BuiltBy);
        Assert.Equal("First page", release.Commit.Subject);
        var verified = await shop.VerifyAsync(release);
        Assert.True(verified.Passed, verified.Refused);
        Assert.Contains(verified.Checks, check => check.Name == "handover" && check.Says.Contains(Build, StringComparison.Ordinal));
        Assert.Contains(verified.Checks, check => check is { Name: "tests", Result: CheckResult.Passed });
        var run = shop.Server.Runs.Find("shop-2")!;
        Assert.Equal((RunOutcome.Succeeded, TriggerKind.Handover), (run.Outcome, run.Trigger!.Kind));

        var again = await shop.HandOverAsync(asked with { BuiltBy = "https://ci.example/job/13" });
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(release.Id, (await again.Content.ReadFromJsonAsync<Release>(Wire.Json))!.Id);

        shop.ChangeBlob(artifact);
        Assert.Contains("is not here", await shop.WhyRefusedAsync(release));
    }

    [Fact]
    public async Task What_cannot_be_taken_is_refused_with_what_to_do()
    {
        await using var shop = await ReleasedShop.StartAsync();
        await shop.ReleaseAsync(1);
        var (sha, artifact) = (shop.Repository.Head(), await shop.UploadAsync(Tar));
        var good = new HandoverRequest("shop", sha, Build, artifact);
        await RefusedAsync(404, "register its source", good with { Service = "till" });
        await RefusedAsync(400, "whole name", good with { Commit = "abc" });
        await RefusedAsync(422, "push it first", good with { Commit = new('0', 40) });
        await RefusedAsync(400, "where it was built", good with { BuiltBy = "" });
        await RefusedAsync(422, "was not uploaded", good with { Artifact = $"sha256:{new string('0', 64)}" });
        await RefusedAsync(422, "was not uploaded", good with { Artifact = "../../etc/passwd" });
        await RefusedAsync(422, "by digest", good with { Artifact = null });
        await RefusedAsync(422, "no image", good with { Artifact = null, Image = new("localhost/shop", artifact) });
        await RefusedAsync(422, "neither CycloneDX", good with { Bill = artifact });
        await RefusedAsync(422, "no statement of in-toto", good with { Provenance = artifact });
        await RefusedAsync(422, "headway.yaml", good with { Spec = "service: shop\nrunn: {}" });
        await RefusedAsync(422, "is about `till`", good with { Spec = CommitToReleaseTests.Yaml.Replace("service: shop", "service: till") });
        Assert.Single(shop.Server.Runs.All);

        async Task RefusedAsync(int status, string says, HandoverRequest request)
        {
            var answer = await shop.HandOverAsync(request);
            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Contains(says, await ReleasedShop.SaysAsync(answer));
        }
    }

    [Fact]
    public async Task A_commit_that_is_not_on_the_branch_is_no_commit_to_release()
    {
        await using var shop = await ReleasedShop.StartAsync();
        await shop.ReleaseAsync(1);
        shop.Repository.Git("checkout", "--quiet", "-b", "other");
        var elsewhere = shop.Repository.Write("page.txt", "hello other\n").Commit("Not reviewed");
        var answer = await shop.HandOverAsync(new("shop", elsewhere, Build, await shop.UploadAsync(Tar)));
        Assert.Equal(422, (int)answer.StatusCode);
        Assert.Contains("is no commit of `main`", await ReleasedShop.SaysAsync(answer));
    }

    [Fact]
    public async Task A_service_that_takes_only_what_headway_builds_refuses_it_also_with_another_specification()
    {
        await using var shop = await ReleasedShop.StartAsync(CommitToReleaseTests.Yaml + "\nsupply: { builds: here }\n");
        await shop.ReleaseAsync(1);
        var asked = new HandoverRequest("shop", shop.Repository.Head(), Build, await shop.UploadAsync(Tar));
        var answer = await shop.HandOverAsync(asked);
        Assert.Equal(409, (int)answer.StatusCode);
        Assert.Contains("takes only what Headway builds", await ReleasedShop.SaysAsync(answer));
        Assert.Equal(409, (int)(await shop.HandOverAsync(asked with { Spec = CommitToReleaseTests.Yaml })).StatusCode);
    }

    [Fact]
    public async Task Commits_of_a_service_that_is_built_elsewhere_start_no_jobs()
    {
        await using var shop = await ReleasedShop.StartAsync(CommitToReleaseTests.Yaml + "\nsupply: { builds: elsewhere }\n");
        var sha = shop.Repository.Head();
        await PipelineServer.EventuallyAsync(() => shop.Server.Services.Find("shop")?.Tip == sha ? "" : null);
        Assert.Empty(shop.Server.Runs.All);
        var answer = await shop.HandOverAsync(new("shop", sha, Build, await shop.UploadAsync(Tar)));
        var release = (await answer.Content.ReadFromJsonAsync<Release>(Wire.Json))!;
        Assert.Equal(1, release.Number);
        Assert.Null(await shop.WhyRefusedAsync(release));
    }

    [Fact]
    public async Task Provenance_that_is_asked_for_has_to_be_by_a_trusted_key_and_of_this_artifact_and_commit()
    {
        await using var shop = await ReleasedShop.StartAsync(CommitToReleaseTests.Yaml + "\nsupply: { provenance: required }\n");
        await shop.ReleaseAsync(1);
        var (sha, artifact) = (shop.Repository.Head(), await shop.UploadAsync(Tar));
        using var jenkins = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var asked = new HandoverRequest("shop", sha, Build, artifact);
        await RefusedAsync("none was handed over", asked);
        var good = await shop.UploadAsync(Provenance(jenkins, artifact, sha));
        await RefusedAsync("not signed by a key that is trusted", asked with { Provenance = good });
        (await shop.Http.PostAsJsonAsync("api/v1/trust/keys",
            new TrustRequest("jenkins", jenkins.ExportSubjectPublicKeyInfoPem()), Wire.Json)).EnsureSuccessStatusCode();
        await RefusedAsync("not about this artifact", asked with
        {
            Provenance = await shop.UploadAsync(Provenance(jenkins, artifact, new('9', 40))),
        });
        var answer = await shop.HandOverAsync(asked with { Provenance = good });
        var release = (await answer.Content.ReadFromJsonAsync<Release>(Wire.Json))!;
        var verified = await shop.VerifyAsync(release);
        Assert.True(verified.Passed, verified.Refused);
        Assert.Contains(verified.Checks, check => check.Name == "provenance"
            && check.Says.Contains("says jenkins", StringComparison.Ordinal));

        // Who is trusted no more vouches for nothing any more, and the record tells who took the trust away.
        (await shop.Http.DeleteAsync("api/v1/trust/keys/jenkins?why=leaked")).EnsureSuccessStatusCode();
        Assert.Contains("asks for it", await shop.WhyRefusedAsync(release));
        await shop.Server.RestartAsync();
        Assert.Single((await shop.Http.GetFromJsonAsync<TrustView[]>("api/v1/trust/keys", Wire.Json))!);

        async Task RefusedAsync(string says, HandoverRequest request)
        {
            var refused = await shop.HandOverAsync(request);
            Assert.Equal(422, (int)refused.StatusCode);
            Assert.Contains(says, await ReleasedShop.SaysAsync(refused));
        }
    }

    [Fact]
    public async Task Keys_that_are_none_are_not_trusted()
    {
        await using var shop = await ReleasedShop.StartAsync();
        var own = shop.Server.Get<Headway.Server.Artifacts.ArtifactSigner>().PublicKey;
        foreach (var (name, pem) in new[] { ("a", "x"), ("a b", own), ("a", own), ("../a", own) })
            Assert.Equal(400, (int)(await shop.Http.PostAsJsonAsync(
                "api/v1/trust/keys", new TrustRequest(name, pem), Wire.Json)).StatusCode);
        Assert.Equal(404, (int)(await shop.Http.DeleteAsync("api/v1/trust/keys/nobody")).StatusCode);
    }

    [Fact]
    public async Task Ten_hand_overs_at_once_become_ten_releases_with_numbers_of_their_own()
    {
        await using var shop = await ReleasedShop.StartAsync();
        await shop.ReleaseAsync(1);
        var sha = shop.Repository.Head();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(async n =>
            await shop.HandOverAsync(new("shop", sha, Build, await shop.UploadAsync([(byte)(n / 2)])))));
        Assert.All(answers, answer => Assert.True(answer.IsSuccessStatusCode));
        var numbers = shop.Server.Runs.All.Where(run => run.Release?.Origin is not null).Select(run => run.Number).Order();
        Assert.Equal([2, 3, 4, 5, 6], numbers);
    }

    private static byte[] Provenance(ECDsa key, string artifact, string sha)
    {
        var predicate = new
        {
            buildDefinition = new
            {
                buildType = "https://ci.example/v1", externalParameters = new { },
                resolvedDependencies = new[] { new { uri = "git+https://x", digest = new { gitCommit = sha } } },
            },
            runDetails = new { builder = new { id = "https://ci.example/builder" } },
        };
        var payload = JsonSerializer.SerializeToUtf8Bytes(
            Statement.Of([ResourceDescriptor.Of("it", artifact)], PredicateType.Provenance, predicate), Wire.Json);
        var signature = key.SignData(DsseEnvelope.Signed(DsseEnvelope.InToto, payload), HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence);
        return JsonSerializer.SerializeToUtf8Bytes(new DsseEnvelope(
            Convert.ToBase64String(payload), DsseEnvelope.InToto, [new(Convert.ToBase64String(signature))]), Wire.Json);
    }
}

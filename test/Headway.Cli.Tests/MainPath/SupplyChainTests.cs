using System.Text.Json;
using Headway.Core.Rollouts;
using Headway.Core.Waiting;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>From a commit to a release that can be verified anywhere, and is refused once it was altered.</summary>
public sealed class SupplyChainTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_release_is_verified_with_and_without_the_server_and_refused_before_production_once_altered()
    {
        using var greeter = new Greeter(Scenes.Canary);
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var first = await headway.EndedAsync(1);
        Assert.Equal(RolloutEnd.Completed, first.End);
        await CheckVerifiesAsync(headway, first.Candidate);
        await CheckExportAsync(headway, first.Candidate);

        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync(
            "hold", Greeter.Name, "--environment", "production", "--reason", "a test")).ExitCode);
        greeter.Commit(2);
        var staged = await headway.RolloutAsync(2, "ends", each => each.End is not null, "staging");
        Assert.Equal(RolloutEnd.Completed, staged.End);
        Alter(headway, await ArtifactAsync(headway, staged.Candidate));
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync(
            "resume", Greeter.Name, "--environment", "production", "--reason", "go on")).ExitCode);

        await headway.UntilAsync("production refuses the altered release", async () =>
            (await headway.ProductionAsync())?.Wait is { Kind: WaitKind.Hold } wait
                && wait.Says.Contains("is not here: it was deleted, or its bytes are not those", StringComparison.Ordinal));
        var why = await headway.CommandAsync("why", Greeter.Name);
        Assert.Contains($"The artifact of {staged.Candidate}", why.Out);
        var verify = await headway.CommandAsync("release", "verify", staged.Candidate);
        Assert.Equal(ExitCode.No, verify.ExitCode);
        Assert.Contains("FAILED   artifact", verify.Out);
        Assert.Equal(first.Candidate, (await headway.ProductionAsync())!.State.Current);
        using var users = new HttpClient();
        Assert.Equal("greeter 1\n", await users.GetStringAsync(greeter.Address));
    }

    private async Task CheckVerifiesAsync(RunningHeadway headway, string release)
    {
        var verify = await headway.CommandAsync("release", "verify", release);
        output.WriteLine(verify.Out);
        Assert.True(verify.ExitCode == ExitCode.Ok, verify.Out + verify.Error);
        Assert.Contains("ok       signature", verify.Out);
        Assert.Contains("ok       provenance", verify.Out);
        var show = await headway.CommandAsync("release", "show", release);
        output.WriteLine(show.Out);
        Assert.Contains("runs      in production", show.Out);
        var provenance = (await headway.CommandAsync("release", "provenance", release)).Json();
        Assert.Equal("urn:headway:build:v1", provenance.GetProperty("buildDefinition").GetProperty("buildType").GetString());
        Assert.Equal(ExitCode.NotFound, (await headway.CommandAsync("release", "verify", "greeter-99-abc")).ExitCode);
    }

    /// <summary>With the public key alone, no server asked.</summary>
    private static async Task CheckExportAsync(RunningHeadway headway, string release)
    {
        var file = Path.Combine(headway.Data, "release.oci.tar");
        var key = Path.Combine(headway.Data, "server", "keys", "artifacts.pub");
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("release", "export", release, "-o", file)).ExitCode);
        var verify = await RunningProgram.CommandAsync("release", "verify", file, "--key", key, "--json");
        Assert.True(verify.ExitCode == ExitCode.Ok, verify.Out + verify.Error);
        Assert.Equal(release, verify.Json().GetProperty("release").GetString());
        Assert.Equal(ExitCode.Usage, (await RunningProgram.CommandAsync("release", "verify", file)).ExitCode);

        var stranger = Path.Combine(headway.Data, "stranger.pub");
        using (var other = System.Security.Cryptography.ECDsa.Create())
            await File.WriteAllTextAsync(stranger, other.ExportSubjectPublicKeyInfoPem());
        var refused = await RunningProgram.CommandAsync("release", "verify", file, "--key", stranger);
        Assert.Equal(ExitCode.No, refused.ExitCode);
        Assert.Contains("signed only by keys that are not trusted", refused.Out);

        // Every part of the file in turn: whichever byte is altered, it is found or changes nothing that is believed.
        var bytes = await File.ReadAllBytesAsync(file);
        var text = System.Text.Encoding.Latin1.GetString(bytes);
        foreach (var part in (string[])["use IO::Select;", "manifest.v1+json\",\"artifactType\":\"application/vnd.headway.release", "\"number\":1"])
        {
            var at = text.IndexOf(part, StringComparison.Ordinal);
            Assert.True(at > 0, part);
            var altered = (byte[])bytes.Clone();
            altered[at + part.Length - 1] ^= 1;
            await File.WriteAllBytesAsync(file, altered);
            Assert.Equal(ExitCode.No, (await RunningProgram.CommandAsync("release", "verify", file, "--key", key)).ExitCode);
        }
        await File.WriteAllBytesAsync(file, bytes[..(bytes.Length / 2)]);
        Assert.Equal(ExitCode.No, (await RunningProgram.CommandAsync("release", "verify", file, "--key", key)).ExitCode);
    }

    /// <summary>The way in from another CI, through to users.</summary>
    [Fact]
    public async Task What_another_CI_built_is_handed_over_once_and_reaches_users_like_any_other_release()
    {
        using var greeter = new Greeter(Scenes.Canary, "supply: { builds: elsewhere }");
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var sha = (await ToolAsync("git", "-C", greeter.Source, "rev-parse", "HEAD")).Trim();
        var tar = Path.Combine(headway.Data, "built.tar");
        await ToolAsync("tar", "-C", greeter.Source, "-cf", tar, "greeter.pl", "check.pl");
        string[] create = ["release", "create", "--service", Greeter.Name, "--artifact", tar, "--built-by", "https://ci.example/7",
            "--json", "--commit"];
        var refused = await headway.CommandAsync([.. create, new('0', 40)]);
        Assert.Equal(ExitCode.Refused, refused.ExitCode);
        Assert.Contains("push it first", refused.Out);

        var created = await headway.CommandAsync([.. create, sha]);
        Assert.True(created.ExitCode == ExitCode.Ok, created.Out + created.Error);
        var id = created.Json().GetProperty("id").GetString()!;
        Assert.Equal($"greeter-1-{sha[..7]}", id);
        Assert.Equal(id, (await headway.CommandAsync([.. create, sha])).Json().GetProperty("id").GetString());
        Assert.Equal(RolloutEnd.Completed, (await headway.EndedAsync(1)).End);
        using var users = new HttpClient();
        Assert.Equal("greeter 1\n", await users.GetStringAsync(greeter.Address));
        var show = await headway.CommandAsync("release", "show", id);
        Assert.Contains("built     by https://ci.example/7", show.Out);
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("release", "verify", id)).ExitCode);
    }

    [Fact]
    public void The_build_is_found_in_what_the_systems_tell_their_jobs()
    {
        Assert.Equal("https://github.com/a/b/actions/runs/7", Of(("GITHUB_RUN_ID", "7"), ("GITHUB_REPOSITORY", "a/b")));
        Assert.Equal("https://gitlab/j/1", Of(("CI_JOB_URL", "https://gitlab/j/1"), ("CI_PIPELINE_URL", "https://gitlab/p/1")));
        Assert.Equal("https://jenkins/7", Of(("BUILD_URL", "https://jenkins/7")));
        Assert.Null(Of());

        static string? Of(params (string Name, string Value)[] set) =>
            Headway.Cli.Releases.CiAddress.Find(name => set.FirstOrDefault(each => each.Name == name).Value);
    }

    /// <summary>
    /// As cosign does it: the tag made of the digest, its one layer, the signature in the annotation. skopeo fetches and
    /// openssl verifies, neither of which knows Headway.
    /// </summary>
    [Fact]
    public async Task Skopeo_fetches_a_release_and_openssl_verifies_its_signature_in_the_layout_of_cosign()
    {
        foreach (var tool in (string[])["skopeo", "openssl"])
            if (!File.Exists($"/usr/bin/{tool}")) Assert.Skip($"{tool} is not here.");
        using var greeter = new Greeter(Scenes.Canary);
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var release = default(JsonElement);
        await headway.UntilAsync("there is a release", async () =>
        {
            var all = await headway.Api.GetAsync<JsonElement[]>("api/v1/releases", default);
            if (all.Length > 0) release = all[0];
            return all.Length > 0;
        });
        var digest = release.GetProperty("manifestDigest").GetString()!;
        await CopyAsync(headway, release.GetProperty("id").GetString()!, "release");
        var manifest = await File.ReadAllBytesAsync(Path.Combine(headway.Data, "release", "manifest.json"));
        Assert.Equal(digest, $"sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(manifest))}");

        await CopyAsync(headway, $"{digest.Replace(':', '-')}.sig", "signature");
        var signed = JsonDocument.Parse(File.ReadAllText(Path.Combine(headway.Data, "signature", "manifest.json")));
        var layer = signed.RootElement.GetProperty("layers")[0];
        var payload = Path.Combine(headway.Data, "signature", layer.GetProperty("digest").GetString()![7..]);
        Assert.Contains($"\"docker-manifest-digest\":\"{digest}\"", await File.ReadAllTextAsync(payload));
        var signature = Path.Combine(headway.Data, "signature.der");
        await File.WriteAllBytesAsync(signature, Convert.FromBase64String(layer.GetProperty("annotations")
            .GetProperty("dev.cosignproject.cosign/signature").GetString()!));
        string[] verify = ["dgst", "-sha256", "-verify", Path.Combine(headway.Data, "server", "keys", "artifacts.pub"),
            "-signature", signature, payload];
        Assert.Contains("Verified OK", await ToolAsync("openssl", verify));
        await File.AppendAllTextAsync(payload, " ");
        Assert.Contains("Verification failure", await ToolAsync("openssl", verify), StringComparison.OrdinalIgnoreCase);
    }

    private static async Task CopyAsync(RunningHeadway headway, string tag, string folder)
    {
        var token = (await File.ReadAllTextAsync(Path.Combine(headway.Data, "server", "admin.token"))).Trim();
        var said = await ToolAsync("skopeo", "--insecure-policy", "copy", "--src-tls-verify=false", "--src-creds", $"any:{token}",
            $"docker://{headway.Api.Address.Authority}/{Greeter.Name}:{tag}", $"dir:{Path.Combine(headway.Data, folder)}");
        Assert.True(File.Exists(Path.Combine(headway.Data, folder, "manifest.json")), said);
    }

    private static async Task<string> ToolAsync(string tool, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo($"/usr/bin/{tool}", arguments)
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        })!;
        var (errors, output) = (process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        return await output + await errors;
    }

    private static async Task<string> ArtifactAsync(RunningHeadway headway, string release) =>
        (await headway.Api.GetAsync<JsonElement>($"api/v1/releases/{release}", default))
            .GetProperty("release").GetProperty("artifactDigest").GetString()!;

    private static void Alter(RunningHeadway headway, string digest)
    {
        var file = Path.Combine(headway.Data, "server", "blobs", "sha256", digest[7..9], digest[9..]);
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
    }
}

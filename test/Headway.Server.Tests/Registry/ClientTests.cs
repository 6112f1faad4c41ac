using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Headway.Core.Registry;
using Headway.Server.Tests.Storage;
using Xunit;
using static Headway.Server.Tests.Registry.Pushes;

namespace Headway.Server.Tests.Registry;

/// <summary>The programs that people use with registries, unchanged, against it.</summary>
public sealed class ClientTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private readonly TempFolder work = new();
    private RegistryServer server = null!;

    private string Host => $"127.0.0.1:{server.Port}";

    private string AuthFile => Path.Combine(work.Path, "auth.json");

    public async ValueTask InitializeAsync()
    {
        server = await RegistryServer.StartAsync(folder.Path);
        var auth = Convert.ToBase64String(Text($"anyone:{server.Admin}"));
        await File.WriteAllTextAsync(AuthFile, new JsonObject
        {
            ["auths"] = new JsonObject { [Host] = new JsonObject { ["auth"] = auth } },
        }.ToJsonString());
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
        work.Dispose();
    }

    [Fact]
    public async Task Skopeo_copies_in_out_inspects_lists_and_deletes()
    {
        Needs("skopeo");
        var layout = Layout("image");
        await RunAsync("skopeo", "copy", "--dest-tls-verify=false", "--authfile", AuthFile,
            $"oci:{layout}:latest", $"docker://{Host}/shop/checkout:v1.0.0");
        var back = Path.Combine(work.Path, "back");
        await RunAsync("skopeo", "copy", "--src-tls-verify=false", "--authfile", AuthFile,
            $"docker://{Host}/shop/checkout:v1.0.0", $"oci:{back}:latest");
        Assert.Contains(server.Registry.Manifests.Head("shop/checkout", "v1.0.0")!.Digest,
            File.ReadAllText(Path.Combine(back, "index.json")));
        // To another repository: it mounts what it can.
        await RunAsync("skopeo", "copy", "--src-tls-verify=false", "--dest-tls-verify=false", "--authfile", AuthFile,
            $"docker://{Host}/shop/checkout:v1.0.0", $"docker://{Host}/shop/other:copy");
        var inspected = JsonNode.Parse(await RunAsync("skopeo", "inspect", "--tls-verify=false", "--authfile", AuthFile,
            $"docker://{Host}/shop/checkout:v1.0.0"))!;
        Assert.Equal(server.Registry.Manifests.Head("shop/checkout", "v1.0.0")!.Digest,
            inspected["Digest"]!.GetValue<string>());
        Assert.Contains("v1.0.0", await RunAsync(
            "skopeo", "list-tags", "--tls-verify=false", "--authfile", AuthFile, $"docker://{Host}/shop/checkout"));
        await RunAsync("skopeo", "delete", "--tls-verify=false", "--authfile", AuthFile, $"docker://{Host}/shop/other:copy");
        Assert.Empty(server.Registry.Manifests.Tags("shop/other", "", 10)!);
    }

    [Fact]
    public async Task Skopeo_is_told_why_a_tag_does_not_move_and_why_it_is_not_let_in()
    {
        Needs("skopeo");
        var copy = (string layout, string auth) => TryAsync("skopeo", "copy", "--dest-tls-verify=false",
            "--authfile", auth, $"oci:{layout}:latest", $"docker://{Host}/shop/checkout:v1.0.0");
        Assert.Equal(0, (await copy(Layout("one"), AuthFile)).Exit);
        var (exit, says) = await copy(Layout("two"), AuthFile);
        Assert.NotEqual(0, exit);
        Assert.Contains("never move", says);
        var empty = Path.Combine(work.Path, "none.json");
        File.WriteAllText(empty, "{}");
        (exit, says) = await copy(Layout("three"), empty);
        Assert.NotEqual(0, exit);
        Assert.Contains("unauthorized", says);
    }

    [Fact]
    public async Task Podman_pushes_and_pulls_and_so_does_buildah()
    {
        Needs("podman");
        Needs("buildah");
        string[] store = ["--root", Path.Combine(work.Path, "root"), "--runroot", Path.Combine(work.Path, "run"),
            "--storage-driver", "vfs"];
        var id = (await RunAsync("buildah", [.. store, "from", "scratch"])).Trim();
        var hello = Path.Combine(work.Path, "hello");
        File.WriteAllText(hello, "hello");
        await RunAsync("buildah", [.. store, "copy", id, hello, "/hello"]);
        await RunAsync("buildah", [.. store, "commit", id, "built"]);
        await RunAsync("buildah", [.. store, "push", "--tls-verify=false", "--authfile", AuthFile, "built",
            $"docker://{Host}/shop/built:by-buildah"]);
        await RunAsync("podman", [.. store, "push", "--tls-verify=false", "--authfile", AuthFile, "built",
            $"docker://{Host}/shop/built:by-podman"]);
        await RunAsync("podman", [.. store, "push", "--tls-verify=false", "--authfile", AuthFile, "--format", "v2s2",
            "built", $"docker://{Host}/shop/built:docker"]);
        Assert.Equal(["by-buildah", "by-podman", "docker"], server.Registry.Manifests.Tags("shop/built", "", 10));
        Assert.Equal(MediaTypes.DockerImage, server.Registry.Manifests.Head("shop/built", "docker")!.MediaType);
        await RunAsync("podman", [.. store, "rmi", "--all", "--force"]);
        foreach (var tag in new[] { "by-podman", "docker" })
        {
            var pulled = (await RunAsync("podman", [.. store, "pull", "--quiet", "--tls-verify=false", "--authfile",
                AuthFile, $"{Host}/shop/built:{tag}"])).Trim();
            Assert.Equal(64, pulled.Length);
        }
        await RunAsync("buildah", [.. store, "pull", "--tls-verify=false", "--authfile", AuthFile,
            $"{Host}/shop/built:by-buildah"]);
        await RunAsync("podman", [.. store, "rmi", "--all", "--force"]);
    }

    [Fact]
    public async Task A_client_attaches_finds_and_fetches_what_speaks_of_an_image_by_plain_http()
    {
        var subject = await server.Client.PushImageAsync("shop/checkout", "v1.0.0", "layer");
        var sbom = Text("""{"bomFormat":"CycloneDX"}""");
        foreach (var blob in new[] { Text("{}"), sbom })
        {
            // As clients do: ask first, send only what is not there.
            using var head = await server.Client.AskAsync("HEAD", $"/v2/shop/checkout/blobs/{Digest(blob)}");
            if (head.StatusCode == HttpStatusCode.NotFound) await server.Client.PushBlobAsync("shop/checkout", blob);
        }
        var attached = Image(Text("{}"), [sbom], subject, "application/vnd.cyclonedx+json");
        using (var put = await server.Client.AskAsync(
            "PUT", $"/v2/shop/checkout/manifests/{Digest(attached)}", attached, MediaTypes.Image))
            Assert.Equal(subject, put.Header("OCI-Subject"));
        var found = await server.Client.JsonAsync(
            $"/v2/shop/checkout/referrers/{subject}?artifactType=application%2Fvnd.cyclonedx%2Bjson");
        var manifest = await server.Client.JsonAsync(
            $"/v2/shop/checkout/manifests/{found["manifests"]![0]!["digest"]!.GetValue<string>()}");
        Assert.Equal(sbom, await server.Client.GetByteArrayAsync(
            $"/v2/shop/checkout/blobs/{manifest["layers"]![0]!["digest"]!.GetValue<string>()}"));
    }

    /// <summary>An image in a folder, as the image specification lays it out.</summary>
    private string Layout(string content)
    {
        var layout = Path.Combine(work.Path, content);
        var blobs = Directory.CreateDirectory(Path.Combine(layout, "blobs", "sha256")).FullName;
        var layer = Random(10_240);
        var config = Text(new JsonObject
        {
            ["architecture"] = "amd64", ["os"] = "linux", ["author"] = content,
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(Digest(layer)) },
        }.ToJsonString());
        var manifest = Text(new JsonObject
        {
            ["schemaVersion"] = 2, ["mediaType"] = MediaTypes.Image,
            ["config"] = Named("application/vnd.oci.image.config.v1+json", config, false),
            ["layers"] = new JsonArray(Named("application/vnd.oci.image.layer.v1.tar", layer, false)),
        }.ToJsonString(Core.Wire.Json));
        foreach (var blob in new[] { layer, config, manifest })
            File.WriteAllBytes(Path.Combine(blobs, Digest(blob)[7..]), blob);
        var named = Named(MediaTypes.Image, manifest, false);
        named["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = "latest" };
        File.WriteAllText(Path.Combine(layout, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        File.WriteAllText(Path.Combine(layout, "index.json"), new JsonObject
        {
            ["schemaVersion"] = 2, ["manifests"] = new JsonArray(named),
        }.ToJsonString(Core.Wire.Json));
        return layout;
    }

    /// <summary>The program, from Debian's packages when it is not here.</summary>
    private static void Needs(string program)
    {
        if (IsHere()) return;
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "eng", "containers"))) root = root.Parent;
        if (root is not null)
        {
            using var install = Process.Start(new ProcessStartInfo(
                Path.Combine(root.FullName, "eng", "containers"), ["install"]) { RedirectStandardError = true })!;
            var says = install.StandardError.ReadToEnd();
            install.WaitForExit();
            Assert.SkipUnless(install.ExitCode == 0, $"{program} is not here: {says.TrimEnd().Split('\n')[^1]}");
        }
        Assert.SkipUnless(IsHere(), $"{program} is not here.");

        bool IsHere() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Any(at => File.Exists(Path.Combine(at, program)));
    }

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (exit, output) = await TryAsync(program, arguments);
        Assert.True(exit == 0, $"{program} {string.Join(' ', arguments)} ended with {exit}: {output}");
        return output;
    }

    private async Task<(int Exit, string Output)> TryAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = work.Path,
            Environment = { ["HOME"] = work.Path, ["XDG_RUNTIME_DIR"] = work.Path, ["BUILDAH_ISOLATION"] = "chroot" },
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return (process.ExitCode, process.ExitCode == 0 ? await output : await output + await error);
    }
}

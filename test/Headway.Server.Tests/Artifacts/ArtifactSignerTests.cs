using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Server.Artifacts;
using Headway.Server.Storage;
using Headway.Server.Tests.Storage;
using Xunit;

namespace Headway.Server.Tests.Artifacts;

public sealed class ArtifactSignerTests
{
    private static readonly string Good = $"sha256:{new string('a', 64)}";
    private static readonly string Other = $"sha256:{new string('b', 64)}";

    [Fact]
    public void Only_what_this_server_signed_passes_the_gate()
    {
        var signer = new ArtifactSigner(SigningKey.Ephemeral());
        var foreign = new ArtifactSigner(SigningKey.Ephemeral());
        Assert.Null(signer.WhyRefused(Release(Good, signer.Sign(Good))));
        Assert.Contains("is not signed", signer.WhyRefused(Release(Good, null)));
        Assert.Contains("is not signed", signer.WhyRefused(Release(Good, "")));
        Assert.Contains("not by the key of this server", signer.WhyRefused(Release(Good, foreign.Sign(Good))));
        Assert.Contains("not by the key of this server", signer.WhyRefused(Release(Other, signer.Sign(Good))));
        Assert.Contains("not by the key of this server", signer.WhyRefused(Release(Good, "no base64!")));
        Assert.Contains("no artifact digest", signer.WhyRefused(Release("latest", signer.Sign("latest"))));
    }

    [Fact]
    public void The_key_is_kept_for_its_owner_only_and_is_the_same_after_a_restart()
    {
        using var folder = new TempFolder();
        var signature = ArtifactSigner.Open(folder.Path).Sign(Good);
        Assert.True(ArtifactSigner.Open(folder.Path).Verify(Good, signature));
        var file = Path.Combine(folder.Path, "keys", "artifacts.pem");
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var e = Assert.Throws<CryptographicException>(() => ArtifactSigner.Open(folder.Path));
        Assert.Contains("chmod 600", e.Message);
    }

    [Fact]
    public void Who_has_the_public_key_can_verify_elsewhere()
    {
        using var folder = new TempFolder();
        var signer = ArtifactSigner.Open(folder.Path);
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(folder.Path, "keys", "artifacts.pub")));
        Assert.True(key.VerifyData(
            Encoding.UTF8.GetBytes($"headway artifact v1\n{Good}"), Convert.FromBase64String(signer.Sign(Good)),
            HashAlgorithmName.SHA256));
    }

    private static Release Release(string digest, string? signature) => new(
        "shop-1-abc", "shop", 1, new Commit("abc", "s", "a", Stores.Start), digest, signature,
        (ServiceSpec)Sample.Of(typeof(ServiceSpec)), Stores.Start);
}

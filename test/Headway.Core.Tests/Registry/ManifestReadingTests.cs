using System.Text;
using Headway.Core.Registry;
using Xunit;

namespace Headway.Core.Tests.Registry;

public sealed class ManifestReadingTests
{
    private static readonly string A = "sha256:" + new string('a', 64);

    private static (Manifest? Manifest, string? Problem) Read(string json, string type = MediaTypes.Image) =>
        ManifestReading.Read(type, Encoding.UTF8.GetBytes(json));

    [Theory]
    [InlineData("blablabla", "no JSON"), InlineData("[]", "no JSON object"), InlineData("{}", "schemaVersion")]
    [InlineData("""{"schemaVersion":1}""", "schemaVersion"), InlineData("""{"schemaVersion":2}""", "config")]
    [InlineData("""{"schemaVersion":2,"config":{}}""", "config.digest")]
    [InlineData("""{"schemaVersion":2,"config":{"digest":"sha256:x","size":1}}""", "config.digest")]
    [InlineData("""{"schemaVersion":2,"config":"x"}""", "no descriptor")]
    [InlineData("""{"schemaVersion":2,"mediaType":5}""", "mediaType")]
    [InlineData("""{"schemaVersion":2,"mediaType":"text/plain"}""", "text/plain")]
    [InlineData("""{"schemaVersion":2,"config":{"digest":"AA","size":-1}}""", "size")]
    [InlineData("""{"schemaVersion":2,"config":{"digest":"AA","size":1e99}}""", "size")]
    [InlineData("""{"schemaVersion":2,"config":{"digest":"AA","size":1},"layers":5}""", "layers")]
    [InlineData("""{"schemaVersion":2,"config":{"digest":"AA","size":1},"manifests":[]}""", "manifests")]
    [InlineData("""{"schemaVersion":2,"config":{"digest":"AA","size":1},"annotations":{"a":1}}""", "annotation")]
    [InlineData("""{"schemaVersion":2,"config":{"digest":"AA","size":1},"subject":{"digest":"no"}}""", "subject")]
    public void What_is_wrong_is_said(string json, string says)
    {
        var (manifest, problem) = Read(json.Replace("AA", A));
        Assert.Null(manifest);
        Assert.Contains(says, problem);
    }

    [Fact]
    public void A_document_that_could_be_read_as_two_kinds_is_refused()
    {
        var both = $$"""{"schemaVersion":2,"config":{"digest":"{{A}}","size":1},"layers":[],"manifests":[]}""";
        Assert.NotNull(Read(both).Problem);
        Assert.NotNull(Read(both, MediaTypes.Index).Problem);
    }

    [Fact]
    public void Deep_nesting_and_long_lists_are_refused()
    {
        Assert.NotNull(Read(string.Concat(Enumerable.Repeat("[", 10_000))).Problem);
        var layers = string.Join(",", Enumerable.Repeat($$"""{"digest":"{{A}}","size":1}""", 10_001));
        Assert.Contains("10001", Read($$"""{"schemaVersion":2,"config":{"digest":"{{A}}","size":1},"layers":[{{layers}}]}""").Problem);
    }

    [Fact]
    public void Another_media_type_is_none_of_a_manifest() =>
        Assert.Contains("text/plain", Read("{}", "text/plain").Problem);
}

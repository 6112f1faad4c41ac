using System.Text.Json;
using Headway.Core.Releases;
using Headway.Core.Services;

namespace Headway.Core.SupplyChain;

/// <summary>
/// The configuration of a release's manifest: which release this is. It has no time in it, so that making a release again
/// after a kill gives the same bytes.
/// </summary>
/// <param name="SpecDigest">SHA-256 of the specification as JSON.</param>
/// <param name="Run">The run that made it.</param>
/// <param name="Origin">Where the artifact was built, when not by Headway; null: by Headway.</param>
public sealed record ReleaseConfig(
    string Release, string Service, int Number, Commit Commit, string SpecDigest, string Run, ReleaseOrigin? Origin)
{
    public static string DigestOf(ServiceSpec spec) =>
        OciDescriptor.DigestOf(JsonSerializer.SerializeToUtf8Bytes(spec, Wire.Json));

    public byte[] Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, Wire.Json);

    public static ReleaseConfig? Read(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<ReleaseConfig>(bytes, Wire.Json) is
                { Release: not null, Service: not null, Commit.Sha: not null } read ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The artifact of a release is an image: which one.</summary>
/// <param name="Name">As a person would pull it, for example `registry.example/shop`.</param>
public sealed record ImageReference(string Name, string Digest)
{
    public byte[] Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, Wire.Json);

    public static ImageReference? Read(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<ImageReference>(bytes, Wire.Json) is { Name: not null, Digest: not null } read
                ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

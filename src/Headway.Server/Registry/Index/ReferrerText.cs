using System.Text.Json;
using Headway.Core;
using Headway.Core.Registry;

namespace Headway.Server.Registry.Index;

/// <summary>A manifest as a list of referrers shows it, made once when it is pushed, so that long lists are quick.</summary>
internal static class ReferrerText
{
    public static string Of(StoredManifest manifest, Manifest read) => JsonSerializer.Serialize(
        new Descriptor(manifest.MediaType, manifest.Digest, manifest.Content.Length)
        {
            ArtifactType = read.ArtifactType is { Length: > 0 } type ? type : null,
            Annotations = read.Annotations.IsEmpty ? null : read.Annotations,
        }, Wire.Json);
}

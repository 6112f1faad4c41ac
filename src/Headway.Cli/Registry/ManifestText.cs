using System.Text.Json;
using Headway.Cli.Terminal;
using Headway.Server.Registry;

namespace Headway.Cli.Registry;

/// <summary>A manifest for people.</summary>
internal static class ManifestText
{
    public static void Tell(Screen screen, ManifestView manifest)
    {
        screen.Line($"{manifest.Repository}@{manifest.Digest}");
        screen.Line($"  {manifest.MediaType}, {ByteText.Of(manifest.Size)}");
        if (manifest.ArtifactType is { } type && type != manifest.MediaType) screen.Line($"  artifact type  {type}");
        screen.Line($"  pushed         {manifest.PushedAt:yyyy-MM-dd HH:mm:ss} by {manifest.Actor}");
        if (!manifest.Tags.IsDefaultOrEmpty) screen.Line($"  tags           {string.Join(", ", manifest.Tags)}");
        if (manifest.Subject is { } subject) screen.Line($"  speaks of      {subject}");
        if (manifest.InUse is { } why) screen.Line($"  in use         {why}");
        foreach (var referrer in manifest.Referrers)
            screen.Line($"  spoken of by   {ByteText.Short(Text(referrer, "digest"))}  {Text(referrer, "artifactType")}");
        foreach (var name in new[] { "config", "layers", "manifests" })
            if (manifest.Content.TryGetProperty(name, out var part)) Tell(screen, name, part);
    }

    private static void Tell(Screen screen, string name, JsonElement part)
    {
        if (part.ValueKind == JsonValueKind.Array)
        {
            foreach (var one in part.EnumerateArray()) Tell(screen, name.TrimEnd('s'), one);
            return;
        }
        var size = part.TryGetProperty("size", out var bytes) && bytes.TryGetInt64(out var length) ? length : 0;
        screen.Line($"  {name,-14} {Text(part, "digest")}  {ByteText.Of(size)}  {Text(part, "mediaType")}");
    }

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}

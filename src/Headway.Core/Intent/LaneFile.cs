using System.Text;
using System.Text.Json;

namespace Headway.Core.Intent;

/// <summary>
/// Writes a lane's intent into its file. Only the keys that are ours are written anew; everything else that people have
/// put there stays as it is, comments too.
/// </summary>
public static class LaneFile
{
    private static readonly string[] Ours = ["release:", "digest:", "hold:"];

    public static string With(string? file, LaneIntent intent)
    {
        var text = new StringBuilder();
        if (intent.Release is { } release) text.Append("release: ").Append(release).Append('\n');
        if (intent.Digest is { } digest) text.Append("digest: ").Append(digest).Append('\n');
        if (intent.Hold is { } hold)
        {
            text.Append("hold:\n");
            if (hold.Release is { } held) text.Append("  release: ").Append(held).Append('\n');
            text.Append("  why: ").Append(Quoted(hold.Why)).Append('\n');
        }
        return text.Append(Rest(file ?? "")).ToString();
    }

    private static string Rest(string file)
    {
        var rest = new StringBuilder();
        var skips = false;
        foreach (var line in file.Split('\n'))
        {
            var begins = line.Length > 0 && !char.IsWhiteSpace(line[0]) && line[0] != '#';
            if (begins) skips = Array.Exists(Ours, key => line.StartsWith(key, StringComparison.Ordinal));
            if (!skips || (line.Length > 0 && line[0] == '#')) rest.Append(line).Append('\n');
        }
        return rest.ToString().TrimEnd('\n') is { Length: > 0 } kept ? kept + "\n" : "";
    }

    /// <summary>A string of JSON is one of YAML too.</summary>
    private static string Quoted(string text) => JsonSerializer.Serialize(text, Wire.Json);
}

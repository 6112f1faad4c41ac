using System.Text;
using System.Text.Json;

namespace Headway.Core.Configuration;

/// <summary>Changes single variables in a file that people write too: whatever is not changed stays as it is, comments and order too.</summary>
public static class ConfigurationFile
{
    /// <param name="file">Null when there is none yet.</param>
    /// <param name="changes">A null takes the variable out.</param>
    /// <returns>Null when nothing is left.</returns>
    public static string? With(string? file, IEnumerable<KeyValuePair<string, string?>> changes)
    {
        var lines = (file ?? "").Split('\n').ToList();
        if (lines[^1].Length == 0) lines.RemoveAt(lines.Count - 1);
        foreach (var (key, value) in changes)
        {
            var at = lines.FindIndex(line => line.StartsWith($"{key}:", StringComparison.Ordinal));
            var written = value is null ? null : $"{key}: {Quoted(value)}";
            if (at < 0)
            {
                if (written is not null) lines.Add(written);
                continue;
            }
            // Its value may go on for more lines, which are indented.
            var end = at + 1;
            while (end < lines.Count && lines[end].Length > 0 && char.IsWhiteSpace(lines[end][0])) end++;
            lines.RemoveRange(at, end - at);
            if (written is not null) lines.Insert(at, written);
        }
        var text = new StringBuilder();
        foreach (var line in lines) text.Append(line).Append('\n');
        return text.ToString().Trim().Length == 0 ? null : text.ToString();
    }

    /// <summary>A string of JSON is one of YAML too.</summary>
    private static string Quoted(string value) => JsonSerializer.Serialize(value, Wire.Json);
}

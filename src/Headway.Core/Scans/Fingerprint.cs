using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Headway.Core.Scans;

/// <summary>Names of findings that survive moved lines, newer tools and other tools.</summary>
public static partial class Fingerprint
{
    private const int Characters = 16;

    [GeneratedRegex("[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers { get; }

    /// <summary>Of a vulnerability of a package: the same for every tool and version.</summary>
    public static string OfPackage(string id, string package) =>
        Of("package", id.ToUpperInvariant(), package.ToLowerInvariant());

    /// <summary>
    /// Of a place in the code: by what the line says where the tool shows it, else by the message without its numbers,
    /// since those are mostly lines and columns.
    /// </summary>
    public static string OfCode(string tool, string rule, string path, string? snippet, string message) =>
        Of("code", tool, rule, path, snippet is { Length: > 0 } ? Squeezed(snippet) : Numbers.Replace(message, "0"));

    /// <summary>The tool's own fingerprint, made short.</summary>
    public static string OfTool(string tool, string rule, string path, string given) => Of("tool", tool, rule, path, given);

    /// <summary>The second finding of the same name gets a name of its own.</summary>
    public static string Again(string fingerprint, int occurrence) =>
        occurrence == 0 ? fingerprint : Of("again", fingerprint, $"{occurrence}");

    private static string Squeezed(string text) => string.Join(' ', text.Split((char[]?)null,
        StringSplitOptions.RemoveEmptyEntries));

    private static string Of(params ReadOnlySpan<string> parts) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..Characters];
}

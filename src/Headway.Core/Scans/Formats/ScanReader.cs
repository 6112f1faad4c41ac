using System.Text.Json;

namespace Headway.Core.Scans.Formats;

/// <summary>
/// Reads the result of any scanner that Headway knows, found out by what is in it. Never throws: what cannot be read is
/// no evidence, and says why. Memory is bounded before anything is built: bytes, pieces and depth.
/// </summary>
public static class ScanReader
{
    public const int MostBytes = 64 << 20;
    private const int MostPieces = 4_000_000;
    private const int Deepest = 64;
    private static readonly JsonDocumentOptions Options = new()
    {
        MaxDepth = Deepest, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true,
    };

    public static ScanReading Read(ReadOnlyMemory<byte> file)
    {
        if (file.Span.StartsWith("\uFEFF"u8)) file = file[3..];
        if (file.Length > MostBytes) return ScanReading.Unreadable($"It is larger than {MostBytes >> 20} MB.");
        if (file.Span.Trim("\r\n\t "u8).IsEmpty) return ScanReading.Unreadable("It is empty.");
        try
        {
            if (!Fits(file.Span)) return ScanReading.Unreadable($"It has more than {MostPieces} pieces.");
            using var document = JsonDocument.Parse(file, Options);
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            return ScanReading.Unreadable($"It is not JSON that can be read: {Json.Plain(e.Message)}");
        }
    }

    private static ScanReading Read(JsonElement root)
    {
        if (root.At("runs") is { ValueKind: JsonValueKind.Array }) return Sarif.Read(root);
        if (root.Text("bomFormat") is "CycloneDX") return CycloneDx.Read(root);
        if (root.Text("@context") is { } context && context.Contains("openvex", StringComparison.Ordinal))
            return OpenVex.Read(root);
        if (root.At("auditReportVersion") is not null || root.At("error") is not null && root.At("projects") is null)
            return NpmAudit.Read(root);
        if (root.At("projects") is not null || root.At("parameters") is not null && root.At("version") is not null)
            return DotnetList.Read(root);
        if (root.At("matches") is { ValueKind: JsonValueKind.Array }) return Grype.Read(root);
        if (root.Text("ArtifactName") is not null || root.At("Results") is not null) return Trivy.Read(root);
        if (root.At("results") is { ValueKind: JsonValueKind.Array }) return OsvScanner.Read(root);
        if (root.Text("headwayScan") is { } kind)
            return new(kind, [], root.Text("notScanned"));
        return ScanReading.Unreadable("It is no SARIF, CycloneDX, OpenVEX, OSV, npm audit, dotnet list package, Trivy or "
            + "Grype result.");
    }

    /// <summary>Counts before building: a document of brackets alone takes a hundred times its size.</summary>
    private static bool Fits(ReadOnlySpan<byte> file)
    {
        var reader = new Utf8JsonReader(file, new JsonReaderOptions
        {
            MaxDepth = Deepest, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true,
        });
        var pieces = 0;
        while (reader.Read())
            if (++pieces > MostPieces) return false;
        return true;
    }
}

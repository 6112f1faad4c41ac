using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Headway.Core;
using Headway.Core.Scans;
using Headway.Core.Scans.Formats;

namespace Headway.Server.Scans;

/// <summary>Triage as OpenVEX, for whoever uses the service's artifacts, and from whoever made its parts.</summary>
internal static class VexDocument
{
    private sealed record Document(
        [property: JsonPropertyName("@context")] string Context, [property: JsonPropertyName("@id")] string Id,
        string Author, DateTimeOffset Timestamp, int Version, ImmutableArray<Statement> Statements);

    private sealed record Statement(
        Named Vulnerability, ImmutableArray<Product> Products, string Status, string? Justification,
        [property: JsonPropertyName("impact_statement")] string? Impact,
        [property: JsonPropertyName("action_statement")] string? Action);

    private sealed record Named(string Name);

    private sealed record Product([property: JsonPropertyName("@id")] string Id);

    /// <summary>Decisions that hold. A false positive is a vulnerability that is not there, which VEX calls not affected.</summary>
    public static string Of(string service, Triage triage, DateTimeOffset now)
    {
        var statements = triage.Entries.Where(entry => !entry.HasExpired(now)).Select(entry => new Statement(
            new(entry.Subject), [new($"pkg:generic/{Uri.EscapeDataString(service)}")],
            entry.Kind is TriageKind.Accepted ? "affected" : "not_affected",
            entry.Kind is TriageKind.FalsePositive ? "component_not_present" : null,
            entry.Kind is TriageKind.Accepted ? null : entry.Why,
            entry.Kind is TriageKind.Accepted ? $"Accepted until {entry.Until:yyyy-MM-dd}: {entry.Why}" : null));
        return JsonSerializer.Serialize(new Document(
            "https://openvex.dev/ns/v0.2.0", $"urn:headway:{service}:{triage.Version}", "Headway", now,
            (int)Math.Max(triage.Version, 1), [.. statements]), Wire.Indented);
    }

    /// <summary>What an OpenVEX document says, as decisions of whoever imports it; null when it is none.</summary>
    public static ImmutableArray<TriageAsked>? Asked(ReadOnlyMemory<byte> file, DateTimeOffset? until)
    {
        var reading = ScanReader.Read(file);
        if (reading.Format != "OpenVEX") return null;
        return
        [
            .. reading.Statements.Where(statement => statement.Settles).Select(statement => new TriageAsked(
                statement.Vulnerabilities[0], TriageKind.NotAffected,
                $"VEX: {statement.Status}, {statement.Why ?? "no reason given"}", until)),
        ];
    }
}

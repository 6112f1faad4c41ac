using System.Text.Json.Serialization;

namespace Headway.Core.Scans;

/// <summary>What `scans:` of headway.yaml asks of a release before it may enter an environment.</summary>
public sealed record ScanPolicy
{
    /// <summary>Findings from this severity on keep a release out; null: none does.</summary>
    public Severity? Block { get; init; } = Severity.High;

    /// <summary>Findings from this severity on are pointed out.</summary>
    public Severity Warn { get; init; } = Severity.Medium;

    /// <summary>A release without a complete scan stays out: no result is no evidence, and not a clean one.</summary>
    public bool Required { get; init; }

    /// <summary>Vulnerabilities for which no mended version is known.</summary>
    public ScanMeasure Unfixed { get; init; } = ScanMeasure.Block;

    /// <summary>
    /// What the release that is out there has as well: keeping the new one out would not rid users of it, so it asks for
    /// a triage by default.
    /// </summary>
    public ScanMeasure Known { get; init; } = ScanMeasure.Warn;

    /// <summary>Where no policy is written: everything is shown and nothing is kept out.</summary>
    public static readonly ScanPolicy ShowOnly = new() { Block = null };
}

[JsonConverter(typeof(JsonStringEnumConverter<ScanMeasure>))]
public enum ScanMeasure { Block, Warn }

using System.Collections.Immutable;

namespace Headway.Core.Evidence.Templates;

/// <summary>All templates, in the order of docs/reference/evidence-templates.md, which says what each needs.</summary>
public static class EvidenceTemplates
{
    public static readonly ImmutableArray<EvidenceTemplate> All =
        [.. MeshTemplates.All, .. IngressTemplates.All, .. EnvoyTemplates.All];

    public static EvidenceTemplate? Find(string name) => All.FirstOrDefault(t => t.Name == name);

    /// <summary>Answers with a bad status out of all answers.</summary>
    /// <param name="counter">Counter of answers.</param>
    /// <param name="where">Conditions that choose the release.</param>
    /// <param name="bad">Condition that chooses the bad ones.</param>
    internal static SignalQueries Errors(string counter, string where, string bad) =>
        new($"{counter}{{{where},{bad}}}", $"{counter}{{{where}}}", null);

    /// <summary>Requests above the edge of a bucket out of all: a count, and so better than a quantile.</summary>
    internal static SignalQueries Slow(string histogram, string where) => new(
        $"{histogram}_count{{{where}}} - ignoring(le) {histogram}_bucket{{{where},le=\"$slower\"}}",
        $"{histogram}_count{{{where}}}", null) { AlwaysBoth = true };
}

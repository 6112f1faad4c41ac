using System.Collections.Immutable;
using Headway.Core.Evidence.Queries;

namespace Headway.Core.Evidence.Templates;

/// <summary>Queries for what many people run, so that nobody has to know the names of its metrics.</summary>
/// <param name="Name">As written in headway.yaml.</param>
/// <param name="Says">What it shows, in a clause.</param>
/// <param name="Parameters">Words that the user gives under `with`; `$NAME` in the queries.</param>
/// <param name="Queries">In PromQL.</param>
public sealed record EvidenceTemplate(
    string Name, string Says, ImmutableArray<string> Parameters, SignalQueries Queries)
{
    /// <summary>The word `$side` stands in the queries, and the usual words mean nothing there.</summary>
    public bool NeedsSides { get; init; }

    /// <param name="valueOf">What is written for a parameter; it may hold placeholders itself.</param>
    public SignalQueries Fill(Func<string, string> valueOf)
    {
        return Queries with { Bad = Of(Queries.Bad), Total = Of(Queries.Total), Gauge = Of(Queries.Gauge) };

        string? Of(string? query) => query is null ? null
            : Placeholders.Fill(query, p => Parameters.Contains(p.Name) ? valueOf(p.Name) : null);
    }
}

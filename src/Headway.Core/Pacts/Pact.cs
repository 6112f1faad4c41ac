using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.Pacts;

/// <summary>What a consumer expects of a provider: requests that it makes, and what must come back.</summary>
/// <param name="Skipped">Interactions that cannot be verified over HTTP, each with the reason.</param>
public sealed record Pact(
    string Consumer, string Provider, string Version, ImmutableArray<Interaction> Interactions,
    ImmutableArray<string> Skipped)
{
    public const int MostInteractions = 2_000;

    /// <summary>Names of contracts are written by people: `Shop Front` and `shop-front` are the same.</summary>
    public static bool IsSameName(string one, string other) => Squeezed(one) == Squeezed(other);

    private static string Squeezed(string name) =>
        string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}

/// <param name="States">What must be so at the provider before the request.</param>
public sealed record Interaction(
    string Description, ImmutableArray<ProviderState> States, PactRequest Request, PactResponse Response)
{
    public string Name => States.IsEmpty ? Description
        : $"{Description} (given {string.Join(" and ", States.Select(state => state.Name))})";
}

/// <param name="Parameters">A JSON object, or null.</param>
public sealed record ProviderState(string Name, JsonElement? Parameters);

/// <param name="Query">With the `?` left out, encoded; empty for none.</param>
public sealed record PactRequest(
    string Method, string Path, string Query, ImmutableArray<PactHeader> Headers, PactBody Body);

public sealed record PactHeader(string Name, string Value);

/// <param name="Status">0 when any is right.</param>
public sealed record PactResponse(int Status, ImmutableArray<PactHeader> Headers, PactBody Body, MatchingRules Rules);

/// <summary>A body as the contract has it.</summary>
public abstract record PactBody
{
    private PactBody() { }

    /// <summary>Nothing is said about it.</summary>
    public sealed record Any : PactBody;

    /// <summary>There must be none, or a JSON null.</summary>
    public sealed record Empty : PactBody;

    public sealed record Json(JsonElement Value) : PactBody;

    public sealed record Text(string Value, string ContentType) : PactBody;

    public sealed record Binary(ImmutableArray<byte> Value, string ContentType) : PactBody;
}

/// <summary>What the provider answered.</summary>
public sealed record PactAnswer(int Status, ImmutableArray<PactHeader> Headers, ImmutableArray<byte> Body)
{
    public string? Header(string name)
    {
        var values = Headers.Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            .Select(header => header.Value).ToList();
        return values.Count == 0 ? null : string.Join(", ", values);
    }
}

/// <summary>One way in which an answer is not what was expected.</summary>
/// <param name="Where">`status`, `header Content-Type`, or a path into the body such as `$.items[0].price`.</param>
public sealed record Mismatch(string Where, string Expected, string Actual)
{
    public string Says => $"{Where}: expected {Expected}, was {Actual}";
}

using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Headway.Core.Pacts;

/// <summary>A service's release in an environment, with what is known of its contracts.</summary>
/// <param name="Expects">Contracts that it published: what it expects of others.</param>
/// <param name="Verified">What it was verified against, the newest result for each contract.</param>
public sealed record ContractSide(
    string Service, string Release, ImmutableArray<ContractKnown> Expects, ImmutableArray<PactVerified> Verified);

/// <param name="Digest">Of the Pact file.</param>
public sealed record ContractKnown(string Provider, string Digest);

[JsonConverter(typeof(JsonStringEnumConverter<ContractState>))]
public enum ContractState { Verified, Broken, Unverified }

public sealed record ContractRow(
    string Consumer, string ConsumerRelease, string Provider, string ProviderRelease, ContractState State, string Says);

public sealed record ContractDecision(bool Blocks, string Says, ImmutableArray<ContractRow> Rows);

/// <summary>
/// Whether a release may run beside what runs in an environment: every consumer there is verified against it, and it is
/// verified against every provider there.
/// </summary>
public static class ContractGate
{
    public static ContractDecision Decide(
        ContractRule rule, string environment, ContractSide candidate, ImmutableArray<ContractSide> others)
    {
        ImmutableArray<ContractRow> rows =
        [
            .. others.SelectMany(other => Between(other, candidate)), .. others.SelectMany(other => Between(candidate, other)),
        ];
        var bad = rows.Where(row => row.State is not ContractState.Verified)
            .OrderBy(row => row.State).ToImmutableArray();
        if (rule is ContractRule.Off)
            return new(false, $"Contracts decide nothing in {environment}.", rows);
        if (!bad.IsEmpty)
            return new(true, $"{candidate.Release} would break a contract in {environment}: {bad[0].Says}"
                + (bad.Length > 1 ? $" And {bad.Length - 1} more." : ""), rows);
        if (rule is ContractRule.Required && rows.IsEmpty)
            return new(true, $"{candidate.Release} has no contract with anything in {environment}, and one is required.", rows);
        return new(false, rows.IsEmpty ? $"{candidate.Release} has no contract with anything in {environment}."
            : $"All {rows.Length} contracts of {candidate.Release} in {environment} are verified.", rows);
    }

    private static IEnumerable<ContractRow> Between(ContractSide consumer, ContractSide provider) =>
        from contract in consumer.Expects
        where Pact.IsSameName(contract.Provider, provider.Service)
        select Row(consumer, provider, provider.Verified.LastOrDefault(verified => verified.Digest == contract.Digest));

    private static ContractRow Row(ContractSide consumer, ContractSide provider, PactVerified? verified)
    {
        var (state, says) = verified is null
            ? (ContractState.Unverified, $"{provider.Release} was never verified against what {consumer.Release} expects.")
            : verified.Passed ? (ContractState.Verified, $"{provider.Release} gives {consumer.Release} what it expects.")
            : (ContractState.Broken, $"{provider.Release} breaks {consumer.Release}: {verified.Broken}.");
        return new(consumer.Service, consumer.Release, provider.Service, provider.Release, state, says);
    }
}

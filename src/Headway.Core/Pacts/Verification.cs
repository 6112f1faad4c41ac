using System.Collections.Immutable;

namespace Headway.Core.Pacts;

/// <summary>A contract as a provider gets it to be verified.</summary>
/// <param name="Version">Release of the consumer, or its run.</param>
/// <param name="Digest">Of the Pact file: what names the contract, whichever releases share it.</param>
/// <param name="Environments">Where that version of the consumer runs; empty: nowhere yet, and its failure is told and no more.</param>
public sealed record PactToVerify(
    string Consumer, string Version, string Digest, ImmutableArray<string> Environments, System.Text.Json.JsonElement Pact)
{
    public bool IsPending => Environments.IsDefaultOrEmpty;
}

/// <summary>What came of verifying contracts against one provider; the file that a job of `provider` writes.</summary>
/// <param name="HeadwayVerification">The version of this form, by which it is known.</param>
public sealed record Verification(int HeadwayVerification, ImmutableArray<PactVerified> Pacts)
{
    public const int Form = 1;

    /// <summary>
    /// A job wrote the file, and others than its owner decide on what it says: null when a part of it is missing.
    /// </summary>
    public static Verification? Read(System.Text.Json.JsonElement root) =>
        System.Text.Json.JsonSerializer.Deserialize<Verification>(root, Wire.Json) is { HeadwayVerification: Form, Pacts.IsDefault: false } read
            && read.Pacts.All(each => each is { Consumer: not null, Version: not null, Digest: not null, Interactions.IsDefault: false }
                && each.Interactions.All(one => one is { Name: not null, Problems.IsDefault: false })) ? read : null;
}

public sealed record PactVerified(
    string Consumer, string Version, string Digest, bool Pending, string? Problem,
    ImmutableArray<InteractionVerified> Interactions)
{
    public bool Passed => Problem is null && Interactions.All(each => each.Problems.IsEmpty);

    /// <summary>The first thing that breaks, with the consumer and the interaction; null when it passed.</summary>
    public string? Broken => Problem is { } problem ? $"{Consumer}: {problem}"
        : Interactions.FirstOrDefault(each => !each.Problems.IsEmpty) is { } first
            ? $"{Consumer}, `{first.Name}`: {first.Problems[0]}" : null;
}

/// <param name="Problems">Each with place, what was expected, and what was there.</param>
public sealed record InteractionVerified(string Name, ImmutableArray<string> Problems);

using System.Collections.Immutable;

namespace Headway.Core.Delivery;

/// <summary>May this release come into this environment now?</summary>
/// <param name="Digest">Of its artifact.</param>
/// <param name="Authors">Names and addresses of whoever wrote what it brings.</param>
/// <param name="Here">Rules of the service itself.</param>
/// <param name="Everywhere">Rules of the environment, for all services.</param>
/// <param name="OutSince">Since when it has been out in the environment before; null where there is none, or it is not out there.</param>
/// <param name="HasBefore">There is an environment before this one.</param>
public sealed record DeliveryQuestion(
    string Service, string Environment, string Release, string Digest, ImmutableArray<string> Authors,
    DeliveryRules Here, DeliveryRules Everywhere, DateTimeOffset? OutSince, bool HasBefore)
{
    public ApprovalState Given { get; init; } = ApprovalState.Empty;

    public ImmutableArray<Freeze> Freezes { get; init; } = [];

    /// <summary>What policy says of approvals: not needed, needed although no rule asks for one, or nothing (null).</summary>
    public ApprovalNeed? Need { get; init; }
}

/// <param name="Waived">No approval is needed: the change is one of low risk.</param>
/// <param name="Required">One is needed, whatever the rules say.</param>
/// <param name="Why">One sentence.</param>
public sealed record ApprovalNeed(bool Waived, bool Required, string Why);

/// <summary>One of the things that are asked of a release, and whether it is there.</summary>
/// <param name="Kind">`approval`, `window`, `freeze`, `soak`, `hand`, `glass`.</param>
/// <param name="Says">One sentence.</param>
/// <param name="Unblocks">What would let it pass: a command, or null.</param>
/// <param name="Until">When it passes by itself, if that is known.</param>
public sealed record DeliveryAnswer(string Kind, bool Passed, string Says, string? Unblocks, DateTimeOffset? Until);

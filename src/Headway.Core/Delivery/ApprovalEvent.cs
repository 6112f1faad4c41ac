using System.Collections.Immutable;

namespace Headway.Core.Delivery;

/// <summary>What people have said about releases that want to come into an environment. The stream is `approvals/SERVICE/ENVIRONMENT`.</summary>
public abstract record ApprovalEvent
{
    private ApprovalEvent() { }

    /// <param name="Digest">Of the artifact that was approved: the approval is for these bytes.</param>
    /// <param name="Emails">Of the approver, so that authors can be told from approvers.</param>
    public sealed record Approved(
        string Release, string Digest, string By, ImmutableArray<string> Emails, ImmutableArray<string> Groups, string Why) : ApprovalEvent;

    /// <summary>The approver takes it back.</summary>
    public sealed record Withdrawn(string Release, string By, string Why) : ApprovalEvent;

    public sealed record Rejected(string Release, string By, string Why) : ApprovalEvent;

    /// <summary>Where releases come by hand: this one may come.</summary>
    public sealed record PromotionAsked(string Release, string By, string Why) : ApprovalEvent;

    /// <summary>In an emergency this release passes approvals, windows, freezes, soak and policies.</summary>
    public sealed record GlassBroken(string Release, string By, string Why, DateTimeOffset Until) : ApprovalEvent;

    /// <summary>Somebody has looked at a broken glass afterwards.</summary>
    public sealed record GlassReviewed(string Release, string By, string Why) : ApprovalEvent;
}

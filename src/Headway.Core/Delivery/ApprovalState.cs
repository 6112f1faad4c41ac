using System.Collections.Immutable;
using Headway.Core.Rollouts;

namespace Headway.Core.Delivery;

/// <summary>A fold of the approvals of a lane.</summary>
public sealed record ApprovalState(
    ImmutableArray<Approval> Approvals, ImmutableArray<string> Asked, ImmutableArray<Glass> Glasses, long Version)
{
    private const int Kept = 200;

    public static readonly ApprovalState Empty = new([], [], [], 0);

    public Glass? GlassOf(string release, DateTimeOffset now) =>
        Glasses.FirstOrDefault(glass => glass.Release == release && now < glass.Until);

    public static ApprovalState Evolve(ApprovalState state, Recorded<ApprovalEvent> recorded) =>
        After(state, recorded) with { Version = recorded.Version };

    private static ApprovalState After(ApprovalState state, Recorded<ApprovalEvent> recorded) => recorded.Event switch
    {
        ApprovalEvent.Approved e => state with
        {
            Approvals = [.. Without(state, e.Release, e.By).Append(new(e.Release, e.Digest, e.By, e.Emails, e.Groups, e.Why, recorded.At)).TakeLast(Kept)],
        },
        ApprovalEvent.Withdrawn e => state with { Approvals = [.. Without(state, e.Release, e.By)] },
        ApprovalEvent.Rejected e => state with { Approvals = [.. state.Approvals.Where(each => each.Release != e.Release)] },
        ApprovalEvent.PromotionAsked e => state with { Asked = [.. state.Asked.Append(e.Release).TakeLast(Kept)] },
        ApprovalEvent.GlassBroken e => state with
        {
            Glasses = [.. state.Glasses.Append(new(e.Release, e.By, e.Why, recorded.At, e.Until, null)).TakeLast(Kept)],
        },
        ApprovalEvent.GlassReviewed e => state with
        {
            Glasses = [.. state.Glasses.Select(glass => glass.Release == e.Release ? glass with { ReviewedBy = e.By } : glass)],
        },
        _ => throw new InvalidOperationException($"No arm for {recorded.Event.GetType().Name}."),
    };

    private static IEnumerable<Approval> Without(ApprovalState state, string release, string by) =>
        state.Approvals.Where(each => each.Release != release || each.By != by);
}

public sealed record Approval(
    string Release, string Digest, string By, ImmutableArray<string> Emails, ImmutableArray<string> Groups, string Why, DateTimeOffset At);

/// <param name="ReviewedBy">Null until somebody has looked at it.</param>
public sealed record Glass(string Release, string By, string Why, DateTimeOffset At, DateTimeOffset Until, string? ReviewedBy);

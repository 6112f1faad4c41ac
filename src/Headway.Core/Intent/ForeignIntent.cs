using System.Collections.Immutable;
using Headway.Core.Environments;

namespace Headway.Core.Intent;

/// <param name="Number">Within the service; a higher number is newer.</param>
public sealed record KnownRelease(int Number, string Digest);

/// <summary>What a change of a lane's file by somebody else asks for.</summary>
public static class ForeignIntent
{
    /// <param name="before">What the file said before.</param>
    /// <param name="trying">Candidate of the open rollout, or null.</param>
    /// <param name="find">A release of this service; null when there is no such release.</param>
    public static ImmutableArray<IntentAsk> Decide(
        LaneState lane, LaneIntent? before, LaneIntent now, string? trying, Func<string, KnownRelease?> find)
    {
        var asks = ImmutableArray.CreateBuilder<IntentAsk>();
        var isLifted = lane.Hold is not null && before?.Hold is not null && now.Hold is null;
        if (isLifted) asks.Add(new IntentAsk.Lift());
        if (now.Hold is { } hold && (lane.Hold is null || lane.Hold.Release != hold.Release))
            asks.Add(new IntentAsk.Hold(hold.Release, hold.Why));
        if (now.Release is { } wanted && (wanted != before?.Release || isLifted) && Wanted(lane, wanted, (before, now), (trying, isLifted), find) is { } ask)
            asks.Add(ask);
        return asks.ToImmutable();
    }

    private static IntentAsk? Wanted(
        LaneState lane, string wanted, (LaneIntent? Before, LaneIntent Now) file, (string? Trying, bool IsLifted) about,
        Func<string, KnownRelease?> find)
    {
        if (find(wanted) is not { } known)
            return new IntentAsk.Problem($"There is no release `{wanted}` of {lane.Service}.");
        // A digest that was there before says nothing of the new release.
        if (file.Now.Digest is { } written && written != known.Digest && written != file.Before?.Digest)
            return new IntentAsk.Problem($"The digest of {wanted} is {known.Digest}, and the file says {written}.");
        if (lane.Hold is { } hold && !about.IsLifted && (hold.Release is null || hold.Release == wanted))
            return new IntentAsk.Against(wanted, hold.Release is null
                ? $"{lane.Lane} is held: {hold.Why} A commit that takes `hold` out of the file lifts it."
                : $"{wanted} is held: {hold.Why} A commit that takes `hold` out of the file lifts it.");
        if (wanted == (lane.Queued?.Release ?? about.Trying ?? lane.Current)) return null;
        // Lifting a hold on a release wants it again by itself.
        if (about.IsLifted && lane.Hold?.Release == wanted) return null;
        var isOlder = lane.Current is { } current && find(current)?.Number > known.Number;
        return isOlder && lane.Good.Contains(wanted) ? new IntentAsk.GoBack(wanted) : new IntentAsk.Want(wanted);
    }
}

using System.Collections.Immutable;
using Headway.Core.Environments;
using Headway.Core.Services;

namespace Headway.Core.Drift;

/// <summary>What is done about what is found. It never works against a rollout, a hold, or somebody who changes the same thing again and again.</summary>
public static class DriftDecider
{
    public const int MostHeals = 3;
    public static readonly TimeSpan Within = TimeSpan.FromMinutes(10), Patience = TimeSpan.FromMinutes(1);

    /// <param name="found">Differences that are seen now.</param>
    public static ImmutableArray<DriftEvent> Decide(DriftState known, LaneState lane, ImmutableArray<string> found, HealPolicy policy, DateTimeOffset now)
    {
        if (lane is not { Open: null, Current: { } release }) return [];
        if (found.IsEmpty) return known.Differences.IsEmpty ? [] : [new DriftEvent.Ended(known.Release!)];
        var events = ImmutableArray.CreateBuilder<DriftEvent>();
        if (known.Release != release || !known.Differences.SequenceEqual(found)) events.Add(new DriftEvent.Found(release, found));
        if (policy is HealPolicy.Auto && lane.Hold is null && Tries(known, now) < MostHeals
            && (known.Healed.IsEmpty || now - known.Healed[^1] >= Patience))
            events.Add(new DriftEvent.HealBegun(release, "heal: auto"));
        return events.ToImmutable();
    }

    /// <summary>What happens with it, in one sentence.</summary>
    public static string Says(DriftState known, LaneState lane, HealPolicy policy, DateTimeOffset now) => policy switch
    {
        HealPolicy.Never => "It is only shown (`heal: never`).",
        HealPolicy.Ask => "It waits for somebody (`heal: ask`).",
        _ when lane.Hold is not null => "The lane is held, so nothing is done about it.",
        _ when Tries(known, now) >= MostHeals => $"It was put back {MostHeals} times within {Within.TotalMinutes:0} minutes and changed again: somebody or something works against it.",
        _ => "It is being put back.",
    };

    private static int Tries(DriftState known, DateTimeOffset now) => known.Healed.Count(at => now - at < Within);
}

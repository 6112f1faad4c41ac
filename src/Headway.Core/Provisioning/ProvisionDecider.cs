using Headway.Core.Services;
using Headway.Core.Waiting;

namespace Headway.Core.Provisioning;

/// <summary>As which release an environment is wanted: null where it is not wanted any more.</summary>
public sealed record ProvisionWish(string Release, string Key, ProvisionSpec Spec);

/// <summary>What is done next to an environment so that it is what the release that is wanted there describes.</summary>
public static class ProvisionDecider
{
    public const int MostHeals = 3;
    public static readonly TimeSpan Within = TimeSpan.FromHours(1);

    /// <summary>
    /// What should be there: what the release describes that asks to come in, unless that could not be made; else what the
    /// release describes that users have. So an environment goes back as releases do.
    /// </summary>
    /// <param name="candidates">The one that asks to come in first, the one that users have last.</param>
    public static ProvisionWish? Wished(ProvisionState state, IEnumerable<ProvisionWish?> candidates)
    {
        var wished = candidates.OfType<ProvisionWish>().ToList();
        return wished.FirstOrDefault(each => state.FailureOf(each.Key) is null) ?? wished.LastOrDefault();
    }

    /// <summary>
    /// Null while something is being done, and where there is nothing to do or only a person can go on. What could not be made for a release that asks to come in waits for a
    /// person; what users have is tried again by itself, less and less often.
    /// </summary>
    /// <param name="lane">The release that users have there, null for none; and what is done when something else is found.</param>
    public static (ProvisionAct Act, string Why)? Next(ProvisionState state, ProvisionWish wish, (string? Current, HealPolicy Heal) lane, DateTimeOffset now)
    {
        if (state.Last is { IsOpen: true }) return null;
        if (state.Stands?.Key != wish.Key)
            return state.FailureOf(wish.Key) is not { } failed ? (ProvisionAct.Make, Reason(state, wish))
                : wish.Release == lane.Current && failed.FinishedAt + Patience(state.FailuresInARow) <= now
                    ? (ProvisionAct.Make, $"Users have {wish.Release}, and it could not be made: {failed.Says}") : null;
        if (state.HasDrifted && lane.Heal is HealPolicy.Auto && state.Heals(now - Within) < MostHeals)
            return (ProvisionAct.Make, $"The last look found something else: {state.Last!.Says}");
        return wish.Spec.Check is not null && state.Last!.FinishedAt + wish.Spec.CheckEvery <= now
            ? (ProvisionAct.Check, "It is looked at from time to time.") : null;
    }

    /// <summary>The environment is not wanted any more: it is taken away once.</summary>
    public static (ProvisionAct Act, string Why)? Removal(ProvisionState state, ProvisionSpec? made, string why) =>
        state.Last is { IsOpen: false } && state.MayBeThere && made?.Remove is not null
            && !(ProvisionState.Of(state.Last).Act is ProvisionAct.Remove) ? (ProvisionAct.Remove, why) : null;

    /// <summary>What keeps the release out until its environment is there; null once it is.</summary>
    public static Wait? WhyWaits(ProvisionState state, ProvisionWish wish, string environment)
    {
        if (state.FailureOf(wish.Key) is { } failed)
            return new(WaitKind.Environment, wish.Release, $"{environment} could not be made as {wish.Release} describes it (run {failed.Id}): {failed.Says}",
                $"`headway environments make {failed.Service} {environment}`, or a newer release.", failed.FinishedAt, null);
        if (state.Last is { IsOpen: true } open)
            return new(WaitKind.Environment, wish.Release, $"{environment} is being {Verb(ProvisionState.Of(open).Act)} (run {open.Id}).", "Its success.", open.StartedAt, null);
        return state.Stands?.Key == wish.Key ? null
            : new(WaitKind.Environment, wish.Release, $"{environment} is to be made as {wish.Release} describes it.", "Its success.", null, null);
    }

    private static TimeSpan Patience(int failures) => TimeSpan.FromMinutes(Math.Min(15, Math.Pow(2, Math.Min(failures - 1, 10))));

    private static string Reason(ProvisionState state, ProvisionWish wish) =>
        state.Stands is { } there ? $"{wish.Release} describes it otherwise than {there.Release}, as which it stands."
        : state.MayBeThere ? $"What was tried before {wish.Release} did not become anything." : $"{wish.Release} is the first that describes it.";

    private static string Verb(ProvisionAct act) => act switch
    {
        ProvisionAct.Make => "made",
        ProvisionAct.Check => "looked at",
        _ => "taken away",
    };
}

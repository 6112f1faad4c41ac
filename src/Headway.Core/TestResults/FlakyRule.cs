using System.Collections.Immutable;

namespace Headway.Core.TestResults;

/// <summary>
/// Which tests are flaky, and when a failure of a flaky test is more than its flakiness. A test is flaky when it failed and
/// passed on the same code, known when it was seen <see cref="LeastAttempts"/> times before. It is worse when for some
/// commit among the last <see cref="CommitsLookedAt"/> the failures since then would be seen by chance with less than
/// <see cref="Doubt"/>, at the rate known from before: P(X >= k), X binomial with m attempts and (F + 1/2) / (N + 1).
/// </summary>
/// <remarks>
/// Each commit looked at may err by <see cref="Doubt"/>, so a test that did not change is called worse at a failure with
/// less than <see cref="CommitsLookedAt"/> times that, and then its job fails as it would without Headway.
/// </remarks>
public static class FlakyRule
{
    public const int LeastAttempts = 20;
    public const int Window = 200;
    public const int CommitsLookedAt = 40;
    public const double Doubt = 0.002;

    /// <summary>At one in four a second attempt fails too often to be of use, and hides too much.</summary>
    public const double MostRate = 0.25;
    private const int LonelyFailures = 3;

    /// <param name="history">The oldest first, the newest attempt included.</param>
    public static TestHabit Of(ImmutableArray<TestObservation> history)
    {
        if (history.Length > Window) history = history[^Window..];
        var failures = history.Count(each => each.Failed);
        var rate = history.IsEmpty ? 0 : (double)failures / history.Length;
        TestHabit Is(TestHabitKind kind, string says, string? since = null, double? known = null) =>
            new(kind, history.Length, failures, known ?? rate, since, says);
        if (!IsProven(history))
            return Lonely(history) >= LonelyFailures
                ? Is(TestHabitKind.Suspected, $"failed alone at {Lonely(history)} commits, never proven on the same code")
                : Is(TestHabitKind.Steady, failures == 0 ? "never failed" : $"failed {failures} of {history.Length} times");
        if (WorseSince(history) is { } worse)
            return Is(TestHabitKind.Worse, $"failed {worse.Failed} of {worse.Attempts} times since {Short(worse.Code)}, "
                + $"and {worse.FailedBefore} of {worse.AttemptsBefore} times before: that is no chance", worse.Code,
                    worse.RateBefore);
        var counted = $"failed {failures} of {history.Length} times, also on the same code";
        if (history.Length - Newest(history) < LeastAttempts) return Is(TestHabitKind.New, $"{counted}, too few to know how often");
        return rate > MostRate ? Is(TestHabitKind.Broken, $"{counted}: too often to be tried again")
            : Is(TestHabitKind.Flaky, counted);
    }

    /// <summary>Some code on which it did both. A failure that is not followed by a pass on its own code proves nothing.</summary>
    public static bool IsProven(ImmutableArray<TestObservation> history) =>
        history.GroupBy(each => each.Code).Any(same => same.Any(each => each.Failed) && same.Any(each => !each.Failed));

    private static Change? WorseSince(ImmutableArray<TestObservation> history)
    {
        Change? worst = null;
        var (failed, commits) = (0, 0);
        var before = history.Count(each => each.Failed);
        for (var at = history.Length - 1; at >= LeastAttempts && commits < CommitsLookedAt; at--)
        {
            if (history[at].Failed) (failed, before) = (failed + 1, before - 1);
            if (history[at].Code == history[at - 1].Code) continue;
            commits++;
            var change = new Change(history[at].Shown, history.Length - at, failed, at, before);
            if (change.Doubt < (worst?.Doubt ?? Doubt)) worst = change;
        }
        return worst;
    }

    private static int Newest(ImmutableArray<TestObservation> history) =>
        history.Reverse().TakeWhile(each => each.Code == history[^1].Code).Count();

    /// <summary>Codes on which it only failed, between two on which it only passed.</summary>
    private static int Lonely(ImmutableArray<TestObservation> history)
    {
        var codes = new List<(string Code, bool Failed)>();
        foreach (var each in history)
            if (codes.Count == 0 || codes[^1].Code != each.Code) codes.Add((each.Code, each.Failed));
        return Enumerable.Range(0, codes.Count).Count(at =>
            at > 0 && at < codes.Count - 1 && codes[at].Failed && !codes[at - 1].Failed && !codes[at + 1].Failed);
    }

    private static string Short(string code) => code.Length > 7 ? code[..7] : code;

    private sealed record Change(string Code, int Attempts, int Failed, int AttemptsBefore, int FailedBefore)
    {
        public double RateBefore => (FailedBefore + 0.5) / (AttemptsBefore + 1);
        public double Doubt { get; } =
            BinomialTail.AtLeast(Failed, Attempts, (FailedBefore + 0.5) / (AttemptsBefore + 1));
    }
}

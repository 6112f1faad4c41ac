using System.Collections.Immutable;
using Headway.Core.Targets;
using Headway.Core.TestResults;

namespace Headway.Core.Tests.TestResults;

/// <summary>
/// A job on a branch, commit after commit, with tests that fail by chance at rates of their own, until one of them regresses.
/// The rule under test decides each run, as the server does: judge, try again when it says so, judge again.
/// </summary>
internal sealed class SeededWorld
{
    private const int FlakyTests = 4;
    private readonly Random _random;
    private readonly double[] _rates;
    private readonly List<TestObservation>[] _histories;
    private int _commit;

    public SeededWorld(int seed)
    {
        _random = new(seed);
        // From one failure in two hundred to one in six, and one test that never fails by itself.
        _rates = [.. Enumerable.Range(0, FlakyTests).Select(_ => Math.Exp(Between(Math.Log(0.005), Math.Log(0.16)))), 0];
        _histories = [.. _rates.Select(_ => new List<TestObservation>())];
    }

    public Random Random => _random;
    public int Tests => _rates.Length;
    public int FlakyFailures { get; private set; }
    public int Absorbed { get; private set; }
    public int Retries { get; private set; }
    public int FailedRetries { get; private set; }

    public double RateOf(int test) => _rates[test];

    public void Regress(int test, double rate) => _rates[test] = rate;

    public double Between(double least, double most) => least + _random.NextDouble() * (most - least);

    /// <summary>Runs the next commit; a person restarts a red job now and then, and that is where proof comes from.</summary>
    public RunSeen Next(int? regressed = null)
    {
        _commit++;
        var seen = Run(regressed);
        if (!seen.Green && regressed is null && _random.NextDouble() < 0.6) Run(null);
        return seen;
    }

    private RunSeen Run(int? regressed)
    {
        var failed = Attempt();
        if (failed.Count == 0) return new(true, false, false);
        var verdict = Judge(failed, [], 0);
        var hit = regressed is { } test && failed.Contains(test);
        if (regressed is null) FlakyFailures++;
        if (verdict.Retry.IsEmpty) return new(false, hit, false);
        Retries++;
        var again = Attempt();
        var second = Judge(again, [.. failed.Select(Name)], 1);
        var green = second.Outcome is Outcome.Succeeded;
        if (!green) FailedRetries++;
        if (green && regressed is null) Absorbed++;
        return new(green, !green && (hit || regressed is { } one && again.Contains(one)), green && hit);
    }

    private List<int> Attempt()
    {
        var failed = new List<int>();
        for (var test = 0; test < _rates.Length; test++)
        {
            var fails = _random.NextDouble() < _rates[test];
            _histories[test].Add(new($"c{_commit}", fails));
            if (fails) failed.Add(test);
        }
        return failed;
    }

    private JobVerdict Judge(List<int> failed, ImmutableArray<string> before, int retries)
    {
        var cases = Enumerable.Range(0, _rates.Length)
            .Select(test => new TestCase(Name(test), failed.Contains(test) ? TestOutcome.Failed : TestOutcome.Passed));
        var report = new TestReport(1, _rates.Length - failed.Count, failed.Count, 0, [.. cases], []);
        var end = failed.Count == 0 ? new CommandEnd(Outcome.Succeeded, 0, "Done.", false)
            : new CommandEnd(Outcome.Failed, 1, "Exit code 1.", false);
        return JobJudgement.Of(new(end, report, new([], default),
            failed.ToImmutableDictionary(Name, test => FlakyRule.Of([.. _histories[test].TakeLast(FlakyRule.Window)])),
            []) { Retries = retries, FailedBefore = before });
    }

    private static string Name(int test) => $"test{test}";
}

/// <param name="Told">Red, with the regressed test among those that failed.</param>
/// <param name="Hid">Green only because of a second attempt, with the regressed test failing in the first.</param>
internal readonly record struct RunSeen(bool Green, bool Told, bool Hid);

using System.Collections.Immutable;
using System.Diagnostics;
using Headway.Benchmarks.Server;
using Headway.Core.Conditions;
using Headway.Core.Policies;

namespace Headway.Benchmarks.Policies;

/// <summary>How many policies are evaluated in a second on one core: those that are built in and others as teams write them, ten in all.</summary>
public static class PolicyBench
{
    private const double Bar = 100_000;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    private static readonly ImmutableArray<Policy> Rules =
    [
        .. BuiltInPolicies.All,
        Of("ticket", "commit.subject.matches('^(SHOP|CART)-[0-9]+ ') || service.tier == 'low'"),
        Of("friday", "!(time.weekday in ['Fri', 'Sat', 'Sun']) || time.hour < 14"),
        Of("schema", "commit.files == null || !commit.files.exists(f, f.startsWith('db/migrations/')) || approvals.exists(a, 'dba' in a.groups)"),
    ];

    public static int Run()
    {
        var table = BarTable.Begin();
        var input = PolicyInput.Sample;
        var now = new DateTimeOffset(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);
        var bound = PolicyEngine.Bind(input);
        var alone = PerSecond(() =>
        {
            foreach (var rule in Rules) PolicyEngine.Decide(rule, input, bound, now);
        }) * Rules.Length;
        table.Add($"policies of a set of {Rules.Length}, on variables that are there: {Bar:0}/s", $"{alone:0}/s", alone >= Bar);
        var whole = PerSecond(() => PolicyEngine.Decide(Rules, input, now)) * Rules.Length;
        table.Add($"the same with the variables made of each release anew: {Bar:0}/s", $"{whole:0}/s, {whole / Rules.Length:0} releases/s", whole >= Bar);
        return table.ExitCode;
    }

    /// <summary>The best of five rounds: others on the machine only make it slower.</summary>
    private static double PerSecond(Action act)
    {
        var best = 0.0;
        for (var round = 0; round < 5; round++)
        {
            var (watch, count) = (Stopwatch.StartNew(), 0L);
            for (; watch.Elapsed < Round; count++) act();
            best = Math.Max(best, count / watch.Elapsed.TotalSeconds);
        }
        return best;
    }

    private static Policy Of(string name, string require) =>
        new(name, name, PolicyScope.Everything, PolicySeverity.Block, Condition.Parse(require).Condition!, null);
}

using System.Collections.Immutable;
using Headway.Core;
using Headway.Core.Evidence;
using Headway.Core.Pipelines;
using Headway.Core.Services;
using Headway.Core.Strategies;

namespace Headway.Server.Specs;

/// <summary>The `release:` section: environments in the order of promotion.</summary>
internal static class EnvironmentShape
{
    private const int EnvironmentLimit = 20;

    private static readonly Field<ImmutableArray<string>> Checks = new(
        "checks", "Commands run against the candidate before users meet it; HEADWAY_URL says where it is.",
        Shapes.List("checks", 20, Shapes.Text("a command such as `./smoke.sh`")), []);

    private static readonly Field<LoadSpec?> Load = new(
        "load", "Traffic that the candidate has to bear after the checks, before users meet it.", LoadShape.Shape, null);

    private static readonly Field<ExposureLimit> Exposure = new(
        "exposure", "Failed requests, beyond what the old release would have had, after which the candidate is taken "
            + "back; or the share of the error budget that they may be.",
        Quantity.Exposure, new(ErrorBudget.Otherwise, null));

    private static readonly Field<OnInconclusive> Inconclusive = new(
        "inconclusive", "What happens when time is up without proof: ask a person (default), promote, or roll back.",
        Shapes.Word("ask", "promote", "rollback").Select(word => word switch
        {
            "promote" => OnInconclusive.Promote,
            "rollback" => OnInconclusive.RollBack,
            _ => OnInconclusive.Ask,
        }), OnInconclusive.Ask);

    private static readonly Field<TimeSpan> HoldBack = new(
        "holdBack", "How long a few users stay on the old release after promotion, with the judge on (60m with "
            + "canary).",
        Quantity.Duration(TimeSpan.Zero, TimeSpan.FromDays(7)), TimeSpan.Zero);

    private static readonly Field<double> Representative = new(
        "representative", "Share of the old release's traffic, by route, that the new one must have met before more users "
            + "meet it; what it has not met is only listed when this is not written.",
        Quantity.Percent(0, 1), 0);

    private static readonly Field<ImmutableArray<JobSpec>> Verify = new(
        "verify", "Jobs that try the release once it is out here, such as long tests or load; HEADWAY_URL says where it is. "
            + "The next environment waits for them.", JobShape.Verify, []);

    private static readonly Field<int> Listen = new(
        "listen", "Port where users arrive; one is chosen and shown when not written.", Shapes.Whole(0, 65535), 0);

    private static readonly Field<Instances?> Count = new(
        "instances", "How many instances run here, instead of what `run` says.",
        InstancesShape.Shape.Select(instances => (Instances?)instances), null);

    private static readonly Field<ImmutableSortedDictionary<string, string>> Env = new(
        "env", "Environment variables here, beside and before those of `run`; never secrets.",
        VariablesShape.Shape, VariablesShape.None);

    private static readonly Field<HealPolicy> Heal = new(
        "heal", "What is done when what runs is not what was released: auto (default), ask or never.",
        Shapes.Word("auto", "ask", "never").Select(word => word switch
        {
            "ask" => HealPolicy.Ask,
            "never" => HealPolicy.Never,
            _ => HealPolicy.Auto,
        }), HealPolicy.Auto);

    private static readonly Field<ImmutableArray<string>?> After = new(
        "after", "Environments in which a release has to be out before it comes here; the one that is written before when not written.",
        Shapes.List("after", EnvironmentLimit, Shapes.Text("the name of an environment")).Select(names => (ImmutableArray<string>?)names), null);

    private static readonly Field<ImmutableArray<string>> Without = new(
        "without", "Variables that the environment before sets for itself, and that this one is meant to lack.",
        Shapes.List("without", 100, Shapes.Text("the name of a variable")), []);

    private static readonly Shape<EnvironmentSpec> Environment = MapShape.Of(
        "an environment",
        [
            Checks, Load, ShadowShape.Field, .. StrategyShape.Fields, Exposure, Inconclusive, HoldBack, Representative,
            ProvisionShape.Field, Verify, Listen, Count, Env, Without, After, Heal, SecretsShape.OfEnvironment, ScanShape.OfEnvironment, ScanShape.Contracts,
            .. DeliveryShape.Fields,
        ],
        values =>
        {
            var strategy = StrategyShape.Of(values);
            var holdBack = values.Has(HoldBack) ? values.Get(HoldBack)
                : strategy is StrategySpec.Canary ? TimeSpan.FromMinutes(60) : TimeSpan.Zero;
            if (holdBack > TimeSpan.Zero && strategy is not StrategySpec.Canary)
                values.Problem(HoldBack, "`holdBack` needs `canary`: without it nobody can stay on the old release",
                    "`canary: [5%, 25%, 50%]` beside it, or no `holdBack`");
            SecretsShape.Check(values, SecretsShape.OfEnvironment, values.Get(Env).Keys);
            var instances = values.Get(Count);
            return new EnvironmentSpec(
                "", values.Get(Checks), strategy, values.Get(Exposure).FailedRequests, values.Get(Inconclusive),
                holdBack, values.Get(Listen), instances?.Min, instances?.Max, values.Get(Env))
            {
                BudgetShare = values.Get(Exposure).Share,
                Load = values.Get(Load),
                Representative = values.Get(Representative),
                Provision = values.Get(ProvisionShape.Field),
                Verify = values.Get(Verify),
                Without = values.Get(Without),
                After = values.Get(After),
                Heal = values.Get(Heal),
                Shadow = values.Get(ShadowShape.Field),
                Scans = values.Get(ScanShape.OfEnvironment),
                Contracts = values.Get(ScanShape.Contracts),
                Secrets = values.Get(SecretsShape.OfEnvironment),
                Delivery = DeliveryShape.Of(values) is { AsksNothing: false } rules ? rules : null,
            };
        });

    private static readonly Shape<ImmutableArray<Named<EnvironmentSpec>>> Environments =
        NamedShape.Of("`release`", NamedShape.Name, NamedShape.NameSays, EnvironmentLimit, Environment);

    /// <summary>What is released when nothing is written: production, a little at a time.</summary>
    public static readonly ImmutableArray<EnvironmentSpec> ProductionByCanary =
    [
        new("production", [], new StrategySpec.Canary([new(0.05), new(0.25), new(0.5)]), Exposure.Default.FailedRequests,
            OnInconclusive.Ask, TimeSpan.FromMinutes(60), 0, null, null, VariablesShape.None),
    ];

    public static readonly Shape<ImmutableArray<EnvironmentSpec>> Release = new(Environments.Schema, ReadRelease);

    private static Found<ImmutableArray<EnvironmentSpec>> ReadRelease(SpecNode node, ProblemList problems)
    {
        var read = Environments.Read(node, problems);
        if (!read.Ok) return default;
        if (node is SpecNode.Map { Entries.Length: 0 })
            problems.Add(node.At, "`release` has no environment", "`production: { canary: [5%, 25%, 50%] }`");
        foreach (var same in read.Value.Where(one => one.Value.Listen > 0).GroupBy(one => one.Value.Listen))
            foreach (var second in same.Skip(1))
                problems.Add(second.Key.At, $"`{same.First().Name}` and `{second.Name}` both listen on {same.Key}",
                    "a port of its own for each environment");
        if (read.Value is [.., { Value.Verify.IsEmpty: false } last])
            problems.Add(last.Key.At, $"`verify` of `{last.Name}` keeps nothing back, since no environment comes after it",
                "`checks`, `load` or `evidence`, which decide before users meet the release");
        CheckOrder(read.Value, problems);
        return Found.It(read.Value.Select(one => one.Value with { Name = one.Name }).ToImmutableArray());
    }

    /// <summary>A release goes forward only: what it waits for is written before.</summary>
    private static void CheckOrder(ImmutableArray<Named<EnvironmentSpec>> written, ProblemList problems)
    {
        for (var at = 0; at < written.Length; at++)
            foreach (var name in written[at].Value.After ?? [])
            {
                ImmutableArray<string> earlier = [.. written.Take(at).Select(one => one.Name)];
                if (!earlier.Contains(name))
                    problems.Add(written[at].Key.At, $"`after` of `{written[at].Name}` names `{SpecNode.Shorten(name)}`, which is no environment that is written before it",
                        earlier.IsEmpty ? "no `after`" : string.Join(" or ", earlier.Select(each => $"`{each}`")), NearestWord.To(name, earlier));
            }
    }
}

using System.Collections.Immutable;
using Headway.Core;
using Headway.Core.Evidence;
using Headway.Core.Pipelines;
using Headway.Core.Services;
using Headway.Core.SupplyChain;
using Headway.Server.Specs.Jobs;
using Headway.Core.TestResults;
using Headway.Server.Specs.Signals;

namespace Headway.Server.Specs;

/// <summary>The whole of headway.yaml: the one description that the reader and the JSON Schema share.</summary>
internal static class ServiceShape
{
    private static readonly Field<string> Service = new(
        "service", "Name of the service.", NameShape(), "", Required: true);

    private static readonly Field<string?> Owner = new(
        "owner", "Whose it is: a team or a person.", Shapes.Text("a team such as `team-shop`").Select(text => (string?)text), null);

    private static readonly Field<Tier> Level = new(
        "tier", "How much depends on it: critical, standard (default) or low; critical services get stricter defaults.",
        Shapes.Word("critical", "standard", "low").Select(word => word switch
        {
            "critical" => Tier.Critical,
            "low" => Tier.Low,
            _ => Tier.Standard,
        }), Tier.Standard);

    private static readonly Field<ImmutableArray<string>> DependsOn = new(
        "dependsOn", "Services that it calls.", Shapes.List("dependsOn", 50, NameShape()), []);

    private static readonly Field<string?> Runbook = new(
        "runbook", "What to do when it hurts users: an address, or a path in the repository.",
        Shapes.Text("such as `docs/runbook.md` or `https://wiki.example.com/shop`").Select(text => (string?)text), null);

    private static readonly Field<string?> OnCall = new(
        "onCall", "Who is called when it hurts users.", Shapes.Text("such as `pager: shop` or `#shop-on-call`").Select(text => (string?)text), null);

    private static readonly Field<ImmutableArray<JobSpec>> Build = new(
        "build", "Jobs that turn a commit into an artifact; without it the source itself is what runs.",
        JobShape.Build, JobShape.SourceAsItIs);

    private static readonly Field<TestsSpec> Tests = new(
        "tests", "What is decided about single tests.", TestsShape.Shape, TestsSpec.None);

    private static readonly Field<TriggersSpec> On = new(
        "on", "What starts a run; without it: pushes to the branch.", TriggersShape.Shape, TriggersSpec.PushesAlone);

    private static readonly Field<SourceRules> Source = new(
        "source", "What must be known of a commit before it is carried.", SourceRulesShape.Shape, SourceRules.None);

    private static readonly Field<RunSpec?> Run = new(
        "run", "How a release is run.", RunShape.Shape.Select(run => (RunSpec?)run), null, Required: true);

    private static readonly Field<ObjectivesSpec> Objectives = new(
        "objectives", "What users are promised.", ObjectivesShape.Shape, ObjectivesSpec.None);

    private static readonly Field<ImmutableArray<EnvironmentSpec>> Release = new(
        "release", "Environments in the order of promotion; without it: production with a canary of 5%, 25%, 50%.",
        EnvironmentShape.Release, EnvironmentShape.ProductionByCanary);

    private static readonly Field<ImmutableArray<SignalSpec>> Evidence = new(
        "evidence", "What a release is judged by besides the requests of users.", SignalShape.Evidence, []);

    private static readonly Field<SupplyRules?> Supply = new(
        "supply", "Where releases may come from, and what they have to bring.",
        SupplyShape.Shape.Select(rules => (SupplyRules?)rules), null);

    private static readonly Field<ImmutableArray<string>> Paths = new(
        "paths", "Only commits that touch one of these paths are built; the folder of this file, where it has one of its "
            + "own, always counts.",
        PatternShape.List("paths"), []);

    private static readonly Field<bool> Supersede = new(
        "supersede", "A run that is under way ends when a newer commit comes (true when not written).", Shapes.Bool, true);

    public static readonly Shape<ServiceSpec> Shape = MapShape.Of(
        "headway.yaml",
        [
            Service, Owner, Level, DependsOn, Runbook, OnCall, On, Source, Build, Tests, Supply, Run, Objectives, Evidence, ScanShape.OfService, Release, Paths,
            Supersede,
        ],
        values =>
        {
            CheckBudgets(values);
            CheckEnvironments(values);
            LoadShape.Check(values, Release, values.Get(Release), values.Get(Evidence));
            return new ServiceSpec(values.Get(Service), values.Get(Build), values.Get(Run) ?? new RunSpec(""),
                values.Get(Objectives), TierDefaults.Of(values.Get(Level), values.Get(Release), values.NodeOf(Release)))
            {
                Owner = values.Get(Owner), Tier = values.Get(Level), DependsOn = values.Get(DependsOn),
                Runbook = values.Get(Runbook), OnCall = values.Get(OnCall),
                Evidence = values.Get(Evidence), Paths = values.Get(Paths), Supersede = values.Get(Supersede),
                Supply = values.Get(Supply), Tests = values.Get(Tests), On = values.Get(On), Source = values.Get(Source),
                Scans = values.Get(ScanShape.OfService)?.Policy,
                AllowedSecrets = values.Get(ScanShape.OfService)?.AllowedSecrets ?? VariablesShape.None,
            };
        });

    /// <summary>A signal for an environment that is not there would never be judged.</summary>
    private static void CheckEnvironments(MapValues values)
    {
        var known = values.Get(Release).Select(environment => environment.Name).ToArray();
        foreach (var signal in values.Get(Evidence))
            foreach (var unknown in signal.Environments.Where(name => !known.Contains(name)))
                values.Problem(Evidence, $"`{signal.Name}` is for an environment `{unknown}` that is not in `release`",
                    string.Join(" or ", known.Select(name => $"`{name}`")), NearestWord.To(unknown, known));
    }

    /// <summary>A share of the error budget is a number only where an objective says how large the budget is.</summary>
    private static void CheckBudgets(MapValues values)
    {
        if (values.Get(Objectives).Availability is not null) return;
        foreach (var environment in values.Get(Release).Where(e => e.BudgetShare is not null))
            values.Problem(values.Has(Objectives) ? Objectives : Release,
                $"`exposure` of `{environment.Name}` is a share of the error budget, and no availability is promised",
                "`objectives: { availability: 99.9% }`, or a number of failed requests");
    }

    private static Shape<string> NameShape()
    {
        var text = Shapes.Text("a name such as `checkout`");
        return new(
            () =>
            {
                var schema = text.Schema();
                schema["pattern"] = NamedShape.Name.ToString();
                return schema;
            },
            (node, problems) =>
            {
                var read = text.Read(node, problems);
                if (!read.Ok || NamedShape.Name.IsMatch(read.Value)) return read;
                problems.Add(node.At, $"`{SpecNode.Shorten(read.Value)}` cannot be the name of a service",
                    NamedShape.NameSays);
                return default;
            });
    }
}

using System.Collections.Immutable;
using Headway.Core.Pipelines;

namespace Headway.Server.Specs.Jobs;

/// <summary>Keys of a job about scans and contracts, and the two kinds of jobs that Headway brings itself.</summary>
internal static class ScanKeys
{
    public const string DependencyResults = ".headway/scans/*.json";
    public const string ContractResults = ".headway/contracts/results.json";

    private static readonly Field<string?> Scans = new(
        "scans", "Pattern of results of scanners that the job writes: SARIF, CycloneDX, OSV, npm audit and others.",
        Shapes.Text("a pattern such as `\"**/*.sarif\"`").Select(pattern => (string?)pattern), null);

    private static readonly Field<string?> Bill = new(
        "sbom", "Pattern of bills of materials (CycloneDX, SPDX) that the job writes, instead of the one from lock files.",
        Shapes.Text("a pattern such as `bom.json`").Select(pattern => (string?)pattern), null);

    private static readonly Field<string?> Contracts = new(
        "contracts", "Pattern of Pact files that the job writes: what this service expects of others.",
        Shapes.Text("a pattern such as `\"pacts/*.json\"`").Select(pattern => (string?)pattern), null);

    private static readonly Field<string?> Scan = new(
        "scan", "Instead of `run`: `dependencies` asks NuGet and npm for advisories about what the lock files name.",
        Shapes.Word("dependencies").Select(word => (string?)word), null);

    private static readonly Field<string> Start = new(
        "run", "Command that starts the service; it listens on the port in PORT.",
        Shapes.Text("a command such as `./out/Shop`"), "", Required: true);

    private static readonly Field<string?> States = new(
        "states", "Path to which the state is posted that an interaction wants.", Path("/_pact/states"), null);

    private static readonly Field<string?> Health = new(
        "health", "Path that answers 2xx when the service is ready (`/` when not written, where any answer counts).",
        Path("/healthz"), null);

    private static readonly Field<VerifySpec?> Provider = new(
        "provider", "Instead of `run`: starts the service and verifies the contracts of its consumers against it.",
        MapShape.Of("`provider`", [Start, States, Health],
            values => (VerifySpec?)new VerifySpec(values.Get(Start), values.Get(States), values.Get(Health) ?? "/")), null);

    public static readonly ImmutableArray<JobKey> Keys =
    [
        JobKey.Of(Scans, (job, scans) => job with { Scans = scans }),
        JobKey.Of(Bill, (job, bill) => job with { Bill = bill }),
        JobKey.Of(Contracts, (job, contracts) => job with { Contracts = contracts }),
        new(Scan, (values, job) => Dependencies(values, job)),
        new(Provider, (values, job) => Verified(values, job)),
    ];

    /// <summary>A job has one of `run`, `scan` and `provider`.</summary>
    private static JobSpec Dependencies(MapValues values, JobSpec job)
    {
        Field[] ways = [CommandKeys.Run, Scan, Provider];
        var written = ways.Where(values.Has).ToList();
        if (written.Count == 0) values.ProblemAt(values.At, "a job has no `run`", "`run: ...`");
        if (written.Count > 1) values.Problem(written[^1], "a job does one thing", "one of `run`, `scan` and `provider`");
        return values.Has(Scan) ? job with
        {
            Run = "headway scans dependencies", Scans = DependencyResults, Network = true,
            // What is known of a package today was not known yesterday.
            Cache = false,
        } : job;
    }

    private static JobSpec Verified(MapValues values, JobSpec job) => values.Get(Provider) is not { } spec ? job : job with
    {
        Run = CommandOf(spec), Contracts = ContractResults, Verify = spec,
        // Consumers change without a change of the provider.
        Cache = false,
    };

    private static string CommandOf(VerifySpec spec) =>
        $"headway contracts verify --run {Quoted(spec.Run)} --health {Quoted(spec.Health)}"
        + (spec.States is { } states ? $" --states {Quoted(states)}" : "");

    private static string Quoted(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static Shape<string?> Path(string example)
    {
        var text = Shapes.Text($"a path such as `{example}`");
        return new(text.Schema, (node, problems) =>
        {
            var read = text.Read(node, problems);
            if (!read.Ok) return default;
            if (read.Value.StartsWith('/')) return Found.It((string?)read.Value);
            problems.Add(node.At, $"`{SpecNode.Shorten(read.Value)}` is not a path", $"a path such as `{example}`");
            return default;
        });
    }
}

using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Headway.Core.Pacts;
using Headway.Core.Scans;

namespace Headway.Server.Specs;

/// <param name="AllowedSecrets">Of the whole service: the source is scanned before there is any environment.</param>
internal sealed record ScanSection(ScanPolicy Policy, ImmutableSortedDictionary<string, string> AllowedSecrets);

/// <summary>`scans:` of the service and of an environment, and what contracts decide there.</summary>
internal static partial class ScanShape
{
    private const int AllowedLimit = 200;
    private static readonly string[] Words = ["critical", "high", "medium", "low"];

    [GeneratedRegex("^[0-9a-f]{16}$", RegexOptions.CultureInvariant)]
    private static partial Regex Fingerprint { get; }

    private static readonly Field<Severity?> Block = new(
        "block", "Findings from this severity on keep a release out (high when not written).",
        Shapes.Word([.. Words, "never"]).Select(word => word == "never" ? (Severity?)null : Severities.OfWord(word)),
        Severity.High);

    private static readonly Field<Severity> Warn = new(
        "warn", "Findings from this severity on are pointed out (medium when not written).",
        Shapes.Word([.. Words]).Select(Severities.OfWord), Severity.Medium);

    private static readonly Field<bool> Required = new(
        "required", "A release without a complete scan stays out (false when not written).", Shapes.Bool, false);

    private static readonly Field<ScanMeasure> Unfixed = new(
        "unfixed", "What becomes of vulnerabilities for which no mended version is known (block when not written).",
        Measure(), ScanMeasure.Block);

    private static readonly Field<ScanMeasure> Known = new(
        "known", "What becomes of findings that the release which is out has as well (warn when not written).",
        Measure(), ScanMeasure.Warn);

    private static readonly Field<ImmutableSortedDictionary<string, string>> Allowed = new(
        "allowSecrets", "Fingerprints of what looks like a secret and is none, each with the reason.",
        NamedShape.Of("`allowSecrets`", Fingerprint, "a fingerprint of 16 hexadecimal digits", AllowedLimit,
            Shapes.Text("a reason")).Select(named => named.ToImmutableSortedDictionary(one => one.Name, one => one.Value)),
        VariablesShape.None);

    public static readonly Field<ScanPolicy?> OfEnvironment = new(
        "scans", "Which findings of scans keep a release out of here, instead of what the service says.",
        MapShape.Of("`scans`", [Block, Warn, Required, Unfixed, Known], values => (ScanPolicy?)Policy(values)), null);

    public static readonly Field<ScanSection?> OfService = new(
        "scans", "Which findings of scans keep a release out of every environment that says nothing of its own.",
        MapShape.Of("`scans`", [Block, Warn, Required, Unfixed, Known, Allowed],
            values => (ScanSection?)new ScanSection(Policy(values), values.Get(Allowed))), null);

    public static readonly Field<ContractRule> Contracts = new(
        "contracts", "Whether contracts with the services that run here decide: known (where there are any, the default), "
            + "required, or off.",
        Shapes.Word("known", "required", "off").Select(word => Enum.Parse<ContractRule>(word, ignoreCase: true)),
        ContractRule.Known);

    private static ScanPolicy Policy(MapValues values)
    {
        var block = values.Get(Block);
        // `block: never` is a value of its own, which the reader of fields cannot tell from one that is wrong.
        if (values.NodeOf(Block) is SpecNode.Scalar { Text: "never" }) block = null;
        return new()
        {
            Block = block, Warn = values.Get(Warn), Required = values.Get(Required), Unfixed = values.Get(Unfixed),
            Known = values.Get(Known),
        };
    }

    private static Shape<ScanMeasure> Measure() =>
        Shapes.Word("block", "warn").Select(word => word == "block" ? ScanMeasure.Block : ScanMeasure.Warn);
}

using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Headway.Core.Strategies;

namespace Headway.Server.Specs;

/// <summary>`canary`, `blueGreen` or `rolling` in an environment; at most one of them.</summary>
internal static class StrategyShape
{
    private static readonly Field<ImmutableArray<ShareStep>> Canary = new(
        "canary", "Shares of users who meet the candidate, rising: `[5%, 25% for 30m, 50% until approved]`.",
        CanaryShape.Shape, []);

    private static readonly Field<TimeSpan> KeepOld = new(
        "keepOld", "How long the old set stays ready to take over again.",
        Quantity.Duration(TimeSpan.Zero, TimeSpan.FromDays(7)), TimeSpan.FromMinutes(10));

    private static readonly Field<TimeSpan> BlueGreen = new(
        "blueGreen", "A second full set, checked off traffic, then one cut-over: `true` or `{ keepOld: 10m }`.",
        TrueOr(KeepOld.Default, MapShape.Of("blueGreen", [KeepOld], values => values.Get(KeepOld))), KeepOld.Default);

    private static readonly Field<int> Batch = new(
        "batch", "How many instances are replaced at a time.", Shapes.Whole(1, 100), 1);

    private static readonly Field<int> Rolling = new(
        "rolling", "Instances are replaced a few at a time: `true` or `{ batch: 1 }`.",
        TrueOr(Batch.Default, MapShape.Of("rolling", [Batch], values => values.Get(Batch))), Batch.Default);

    public static readonly ImmutableArray<Field> Fields = [Canary, BlueGreen, Rolling];

    public static StrategySpec? Of(MapValues values)
    {
        var written = Fields.Where(values.Has).ToList();
        foreach (var second in written.Skip(1))
            values.Problem(second, $"`{written[0].Name}` and `{second.Name}` are two strategies at once",
                "one of `canary`, `blueGreen` and `rolling`");
        if (values.Has(Canary)) return new StrategySpec.Canary(values.Get(Canary));
        if (values.Has(BlueGreen)) return new StrategySpec.BlueGreen(values.Get(BlueGreen));
        return values.Has(Rolling) ? new StrategySpec.Rolling(values.Get(Rolling)) : null;
    }

    private static Shape<T> TrueOr<T>(T defaults, Shape<T> inFull) => new(
        () => new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["const"] = true }, inFull.Schema()) },
        (node, problems) => node is SpecNode.Scalar { Quoted: false, Text: "true" }
            ? Found.It(defaults)
            : node is SpecNode.Map
                ? inFull.Read(node, problems)
                : Refuse<T>(node, problems));

    private static Found<T> Refuse<T>(SpecNode node, ProblemList problems)
    {
        problems.Add(node.At, $"a strategy cannot be {node.Kind}", "`true`, a mapping of its settings, or no such key");
        return default;
    }
}

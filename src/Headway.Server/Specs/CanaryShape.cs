using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Headway.Core.Strategies;

namespace Headway.Server.Specs;

/// <summary>`5%`, `5% for 30m`, `5% for 1000 requests`, `5% until approved`, with shares that rise.</summary>
internal static class CanaryShape
{
    private const string Expected =
        "a step such as `5%`, `25% for 30m`, `25% for 1000 requests` or `50% until approved`";

    private static readonly Shape<double> Share = Quantity.Percent(0, 1);
    private static readonly Shape<TimeSpan> For = Quantity.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(7));

    private static readonly Shape<ShareStep> Step = new(
        () => new JsonObject
        {
            ["type"] = "string",
            ["pattern"] = "^[0-9]+(\\.[0-9]+)? ?%( for [0-9]+(\\.[0-9]+)? ?(ms|s|m|h|d)| for [0-9]+ requests?| until "
                + "approved)?$",
            ["examples"] = new JsonArray("5%", "25% for 30m", "25% for 1000 requests", "50% until approved"),
        },
        ReadStep);

    private static readonly Shape<ImmutableArray<(SpecNode Node, ShareStep Step)>> Steps =
        Shapes.List("canary", 50, new Shape<(SpecNode, ShareStep)>(
            Step.Schema,
            (node, problems) => Step.Read(node, problems) is { Ok: true } read ? Found.It((node, read.Value))
                : default));

    public static readonly Shape<ImmutableArray<ShareStep>> Shape = new(
        () =>
        {
            var schema = Steps.Schema();
            schema["minItems"] = 1;
            return schema;
        },
        (node, problems) =>
        {
            var read = Steps.Read(node, problems);
            if (!read.Ok) return default;
            if (node is SpecNode.List { Items.Length: 0 })
                problems.Add(node.At, "`canary` has no step", "shares that rise, such as `[5%, 25%, 50%]`");
            foreach (var (earlier, later) in read.Value.Zip(read.Value.Skip(1)))
                if (later.Step.Share <= earlier.Step.Share)
                    problems.Add(later.Node.At, $"{Show(later.Step)} comes after {Show(earlier.Step)}",
                        "shares that rise from step to step");
            return Found.It(read.Value.Select(step => step.Step).ToImmutableArray());
        });

    private static Found<ShareStep> ReadStep(SpecNode node, ProblemList problems)
    {
        if (node is not SpecNode.Scalar { IsNull: false } scalar) return Refuse(node, problems);
        var words = scalar.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var shareWords = words.TakeWhile(word => word is not ("for" or "until")).ToList();
        var rest = words.Skip(shareWords.Count).ToList();
        var share = Share.Read(new SpecNode.Scalar(node.At, string.Join("", shareWords), true), problems);
        if (!share.Ok) return default;
        if (share.Value is <= 0 or >= 1)
        {
            problems.Add(node.At,
                $"a step of {string.Join("", shareWords)} exposes {(share.Value <= 0 ? "nobody" : "everybody")}",
                "a share above 0% and below 100%; everybody follows after the last step by itself");
            return default;
        }
        return rest switch
        {
            [] => Found.It(new ShareStep(share.Value)),
            ["until", "approved"] => Found.It(new ShareStep(share.Value, UntilApproved: true)),
            ["for", var count, "request" or "requests"] when int.TryParse(count, out var requests) && requests > 0 =>
                Found.It(new ShareStep(share.Value, Requests: requests)),
            ["for", .. var time] when time.Count > 0 && time[^1] is not ("request" or "requests") =>
                For.Read(new SpecNode.Scalar(node.At, string.Join(" ", time), true), problems) is { Ok: true } read
                    ? Found.It(new ShareStep(share.Value, read.Value)) : default,
            _ => Refuse(node, problems),
        };
    }

    private static Found<ShareStep> Refuse(SpecNode node, ProblemList problems)
    {
        problems.Add(node.At, $"a canary step cannot be {node.Kind}", Expected);
        return default;
    }

    private static string Show(ShareStep step) => $"{Math.Round(step.Share * 100, 6)}%";
}

using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Headway.Core.Evidence.Answers;
using Headway.Core.Strategies;

namespace Headway.Server.Specs;

/// <summary>`shadow: true` or `shadow: { share: 10%, for: 10m, requests: 500, ... }` of an environment.</summary>
internal static class ShadowShape
{
    private static readonly Field<double> Share = new(
        "share", "Share of the requests that are copied to the candidate (10% when not written).",
        Quantity.Percent(0.0001, 1), ShadowSpec.Default.Share);

    private static readonly Field<TimeSpan> For = new(
        "for", "Answers are compared at least so long (1m when not written).",
        Quantity.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(7)), ShadowSpec.Default.For);

    private static readonly Field<int> Requests = new(
        "requests", "So many answers must have been compared (100 when not written).",
        Shapes.Whole(1, 1_000_000), ShadowSpec.Default.Requests);

    private static readonly Field<ImmutableArray<string>> Methods = new(
        "methods", "Requests of these methods are copied (GET, HEAD and OPTIONS when not written). What a copy of any "
            + "other writes is written twice.",
        Shapes.List("methods", 7, Shapes.Word("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")),
        MirrorRules.SafeMethods);

    private static readonly Field<ImmutableArray<string>> Ignore = new(
        "ignore", "Places in JSON answers that are not compared: `[$.timestamp, $.items.*.id, $..requestId]`.",
        Shapes.List("ignore", 100, Path()), []);

    private static readonly Field<ImmutableArray<string>> Sort = new(
        "sort", "Arrays in JSON answers whose order means nothing: `[$.tags]`.",
        Shapes.List("sort", 100, Path()), []);

    private static readonly Field<ImmutableArray<string>> Headers = new(
        "headers", "Headers of answers that are compared (content-type when not written).",
        Shapes.List("headers", 20, Header()), MirrorRules.Default.Headers);

    private static readonly Field<double> Tolerance = new(
        "tolerance", "Numbers in JSON answers that differ by no more than this share are the same (0% when not written).",
        Quantity.Percent(0, 1), 0);

    public static readonly Field<ShadowSpec?> Field = new(
        "shadow", "Copies of requests go to the candidate before users meet it, and its answers are compared with those "
            + "that users got: `true`, or a mapping.",
        Shapes.Either(
            node => node is SpecNode.Scalar, True(),
            MapShape.Of("`shadow`", [Share, For, Requests, Methods, Ignore, Sort, Headers, Tolerance], Read)),
        null);

    private static ShadowSpec? Read(MapValues values)
    {
        if (values.NodeOf(Methods) is SpecNode.List { Items.Length: 0 })
            values.Problem(Methods, "`methods` is empty, so that nothing would be copied", "`[GET, HEAD]`, or no such key");
        return new ShadowSpec(values.Get(Share), values.Get(For), values.Get(Requests), new MirrorRules
        {
            Methods = [.. values.Get(Methods).Distinct()], Ignore = values.Get(Ignore), Sort = values.Get(Sort),
            Headers = values.Get(Headers), Tolerance = values.Get(Tolerance),
        });
    }

    private static Shape<ShadowSpec?> True() => new(
        () => new JsonObject { ["const"] = true },
        (node, problems) =>
        {
            if (node is SpecNode.Scalar { Quoted: false, Text: "true" }) return Found.It<ShadowSpec?>(ShadowSpec.Default);
            problems.Add(node.At, $"`shadow` cannot be {node.Kind}", "`true`, a mapping of its settings, or no such key");
            return default;
        });

    private static Shape<string> Path()
    {
        const string Expected = "a path such as `$.timestamp`, `$.items[*].id` or `$..requestId`";
        var text = Shapes.Text(Expected);
        return new(text.Schema, (node, problems) =>
        {
            var read = text.Read(node, problems);
            if (!read.Ok || PathPattern.Parse(read.Value) is not { Problem: { } problem }) return read;
            problems.Add(node.At, problem, Expected);
            return default;
        });
    }

    private static Shape<string> Header()
    {
        const string Expected = "the name of a header such as `content-type`";
        var text = Shapes.Text(Expected);
        return new(text.Schema, (node, problems) =>
        {
            var read = text.Read(node, problems);
            if (!read.Ok || read.Value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
                return read.Ok ? Found.It(read.Value.ToLowerInvariant()) : read;
            problems.Add(node.At, $"`{SpecNode.Shorten(read.Value)}` cannot be the name of a header", Expected);
            return default;
        });
    }
}

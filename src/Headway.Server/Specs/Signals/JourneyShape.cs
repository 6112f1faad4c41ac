using System.Collections.Immutable;
using Headway.Core;
using Headway.Core.Evidence;
using Headway.Core.Evidence.Journeys;

namespace Headway.Server.Specs.Signals;

/// <summary>`journey:`, a short list of requests as one user makes them, one after the other.</summary>
internal static class JourneyShape
{
    private const int StepLimit = 20, HeaderLimit = 20, ExtractLimit = 20;

    /// <summary>What a run adds by itself, or what would break it.</summary>
    private static readonly ImmutableArray<string> OwnHeaders =
    [
        "user-agent", "traceparent", "x-headway-synthetic", "cookie", "host", "content-type", "content-length",
        "transfer-encoding", "connection",
    ];

    private static readonly ImmutableArray<Field<string?>> Methods =
    [
        Method("get", "GET"), Method("post", "POST"), Method("put", "PUT"), Method("patch", "PATCH"),
        Method("delete", "DELETE"), Method("head", "HEAD"),
    ];

    private static readonly Field<ImmutableSortedDictionary<string, string>> Headers = new(
        "headers", "Headers of the request.", TextMapShape.Headers("`headers`", HeaderLimit, OwnHeaders), TextMapShape.None);

    private static readonly Field<Answer> Expect = new(
        "expect", "What the answer must be; any 2xx or 3xx within 5s when not written.", AnswerShape.Shape, Answer.Any);

    private static readonly Field<ImmutableSortedDictionary<string, string>> Extract = new(
        "extract", "Names for later steps, and the JSON path of each value in this answer: `{ id: \"$.items[0].id\" }`.",
        TextMapShape.Paths("`extract`", ExtractLimit), TextMapShape.None);

    private static readonly Shape<JourneyStep> Step = MapShape.Of(
        "a step", [.. Methods, Headers, .. BodyShape.Fields, Expect, Extract],
        values =>
        {
            var written = Methods.Where(values.Has).ToList();
            if (written.Count != 1)
                values.ProblemAt(values.At, written.Count == 0 ? "a step needs a request" : "a step is one request",
                    "one of `get`, `post`, `put`, `patch`, `delete` and `head`, with a path");
            var method = written.Count == 0 ? "GET" : written[0].Name.ToUpperInvariant();
            var (expect, body) = (values.Get(Expect), BodyShape.Of(values));
            if (body is not null && method is "GET" or "HEAD")
                values.Problem(written[0], $"`{written[0].Name}` carries no body", "`post`, `put` or `patch`");
            return new JourneyStep(method, written.Select(values.Get).FirstOrDefault() ?? "/")
            {
                Headers = values.Get(Headers), Body = body, Extract = values.Get(Extract), Status = expect.Status,
                Within = expect.Within, Contains = expect.Contains, Header = expect.Header, Json = expect.Json,
                Follows = expect.Status is not (>= 300 and < 400),
            };
        });

    private static readonly Shape<ImmutableArray<(SpecNode Node, JourneyStep Step)>> Steps =
        Shapes.List("`journey`", StepLimit, new Shape<(SpecNode, JourneyStep)>(
            Step.Schema,
            (node, problems) => Step.Read(node, problems) is { Ok: true } read ? Found.It((node, read.Value)) : default));

    private static readonly Field<ImmutableArray<JourneyStep>> Journey = new(
        "journey", "What a user does, step by step, with instances of both releases: one trial each time.",
        new(Steps.Schema, ReadSteps), []);

    public static readonly SignalSourceField Field = new(
        Journey, [], values => new SignalSource.Journey(values.Get(Journey)));

    private static Field<string?> Method(string word, string method) => new(
        word, $"Path of a {method} request; `{{name}}` stands for what an earlier step extracted.",
        RunShape.UrlPath().Select(path => (string?)path), null);

    private static Found<ImmutableArray<JourneyStep>> ReadSteps(SpecNode node, ProblemList problems)
    {
        var read = Steps.Read(node, problems);
        if (!read.Ok) return default;
        if (node is SpecNode.List { Items.Length: 0 })
            problems.Add(node.At, "`journey` has no step", "a step such as `- get: /products`");
        ImmutableArray<string> known = [];
        foreach (var (written, step) in read.Value)
        {
            foreach (var scalar in Scalars(written))
                foreach (var name in Template.NamesIn(scalar.Text).Where(name => !known.Contains(name)))
                    problems.Add(scalar.At, $"no earlier step extracts `{{{name}}}`",
                        known.IsEmpty ? "`extract` in an earlier step" : $"one of {string.Join(", ", known.Select(n => $"`{n}`"))}",
                        NearestWord.To(name, known));
            known = known.AddRange(step.Extract.Keys);
        }
        return Found.It(read.Value.Select(step => step.Step).ToImmutableArray());
    }

    private static IEnumerable<SpecNode.Scalar> Scalars(SpecNode node) => node switch
    {
        SpecNode.Scalar scalar => [scalar],
        SpecNode.List list => list.Items.SelectMany(Scalars),
        SpecNode.Map map => map.Entries.SelectMany(entry => Scalars(entry.Value)),
        _ => [],
    };
}

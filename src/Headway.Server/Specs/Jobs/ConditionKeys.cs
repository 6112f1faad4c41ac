using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Headway.Core;
using Headway.Core.Pipelines;

namespace Headway.Server.Specs.Jobs;

/// <summary>Whether a job runs at all.</summary>
internal static class ConditionKeys
{
    private static readonly Field<string?> When = new(
        "when", "The job runs when this holds: a condition in CEL such as `event == \"push\" && branch == \"main\"`.",
        Condition().Select(text => (string?)text), null);

    private static readonly Field<ImmutableArray<string>> Paths = new(
        "paths", "The job runs when a change touches one of these paths, such as `[src/**, \"!**/*.md\"]`.",
        PatternShape.List("paths"), []);

    private static readonly Field<ImmutableArray<string>> Inputs = new(
        "inputs", "Files that the job reads, such as `[src/**]`: while they are the same its result is taken again.",
        PatternShape.List("inputs"), []);

    private static readonly Field<bool?> Cache = new(
        "cache", "`false`: always run; `true`: take earlier results although the job has the network.",
        Shapes.Bool.Select(cache => (bool?)cache), null);

    public static readonly ImmutableArray<JobKey> Keys =
    [
        JobKey.Of(When, (job, when) => job with { When = when }),
        JobKey.Of(Paths, (job, paths) => job with { Paths = paths }),
        JobKey.Of(Inputs, (job, inputs) => job with { Inputs = inputs }),
        JobKey.Of(Cache, (job, cache) => job with { Cache = cache }),
    ];

    private static Shape<string> Condition()
    {
        var text = Shapes.Text("a condition in CEL");
        return new(() => new JsonObject { ["type"] = new JsonArray("string", "boolean") }, (node, problems) =>
        {
            var read = text.Read(node, problems);
            if (!read.Ok) return read;
            var errors = JobCondition.ProblemsOf(read.Value);
            foreach (var error in errors)
                problems.Add(PlaceOf((SpecNode.Scalar)node, read.Value, error),
                    $"the condition is wrong at its character {error.Offset + 1}: {error.Says.TrimEnd('.')}",
                    $"a condition in CEL over {string.Join(", ", RunFacts.Names.Select(name => $"`{name}`"))}");
            return errors.IsEmpty ? read : default;
        });
    }

    /// <summary>The place in the file, where the condition stands on one line as it is.</summary>
    private static Mark PlaceOf(SpecNode.Scalar node, string condition, Core.Conditions.ConditionError error)
    {
        // Escapes, folded lines and blocks move characters; then the beginning and the character's number have to do. Who
        // writes one kind of quotes inside stands in the other kind.
        if (node.Text != condition || node.Text.AsSpan().IndexOfAny('\n', '\\') >= 0) return node.At;
        return node.Quoted && node.Text.Contains('"') && node.Text.Contains('\'') ? node.At
            : node.At with { Column = node.At.Column + (node.Quoted ? 1 : 0) + error.Offset };
    }
}

/// <summary>Lists of patterns of paths.</summary>
internal static class PatternShape
{
    private const int Limit = 50;
    private const int LongestPattern = 300;

    public static Shape<ImmutableArray<string>> List(string name) => Shapes.Either(
        node => node is SpecNode.List,
        Shapes.List(name, Limit, Pattern()), Pattern().Select(pattern => ImmutableArray.Create(pattern)));

    private static Shape<string> Pattern()
    {
        const string expected = "a pattern of paths such as `src/**`, relative to the root of the source";
        var text = Shapes.Text(expected);
        return new(text.Schema, (node, problems) =>
        {
            var read = text.Read(node, problems);
            if (!read.Ok) return read;
            if (read.Value.Length <= LongestPattern && SourcePath.IsInside(read.Value.TrimStart('!'))) return read;
            problems.Add(node.At, $"`{SpecNode.Shorten(read.Value)}` matches nothing in the source", expected);
            return default;
        });
    }
}

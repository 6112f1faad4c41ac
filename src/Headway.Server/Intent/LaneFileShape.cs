using System.Collections.Immutable;
using Headway.Core.Intent;
using Headway.Server.Specs;

namespace Headway.Server.Intent;

/// <summary>A lane's file in the state repo: `services/SERVICE/ENVIRONMENT.yaml`.</summary>
internal static class LaneFileShape
{
    private static readonly Shape<string?> Word = Shapes.Text("a word").Select(text => (string?)text);

    private static readonly Field<string?> Release = new("release", "The release that is wanted here.", Word, null);

    private static readonly Field<string?> Digest = new(
        "digest", "Digest of its artifact; where it is written it must be that of the release.", Word, null);

    private static readonly Field<string?> Held = new("release", "What is held; everything when not written.", Word, null);

    private static readonly Field<string?> Why = new("why", "Why it is held.", Word, null);

    private static readonly Field<IntentHold?> Hold = new(
        "hold", "What is not to come here by itself.",
        MapShape.Of("`hold`", [Held, Why], values => (IntentHold?)new IntentHold(values.Get(Held), values.Get(Why) ?? "no reason given")),
        null);

    private static readonly Shape<LaneIntent> Shape = MapShape.Of("a lane's file", [Release, Digest, Hold],
        values => new LaneIntent(values.Get(Release), values.Get(Digest), values.Get(Hold)));

    /// <summary>Null where there is no file, or none that can be read.</summary>
    public static LaneIntent? IntentOf(string path, string? text) => text is null ? null : Read(path, text).Read;

    public static (LaneIntent? Read, ImmutableArray<SpecProblem> Problems) Read(string path, string text)
    {
        var problems = new ProblemList(path);
        if (!SpecText.IsReadable(text, problems)) return (null, problems.ToImmutable());
        if (new SpecTree(problems).Parse(text) is not { } root)
            return (problems.Count == 0 ? new(null, null, null) : null, problems.ToImmutable());
        var read = Shape.Read(root, problems);
        return read.Ok && problems.Count == 0 ? (read.Value, []) : (null, problems.ToImmutable());
    }
}

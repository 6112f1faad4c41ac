using System.Collections.Immutable;
using Headway.Core.Intent;
using Headway.Server.Specs;

namespace Headway.Server.Intent;

/// <summary>What is wrong with a file of the state repo; null when the file is of another kind.</summary>
public delegate ImmutableArray<SpecProblem>? StateFileCheck(string path, string text);

/// <summary>Reads files of the state repo as those would who obey them, before they are in force.</summary>
public sealed class StateFiles(IEnumerable<StateFileCheck> checks)
{
    public ImmutableArray<SpecProblem> Problems(string path, string text)
    {
        foreach (var check in checks)
            if (check(path, text) is { } problems) return problems;
        return path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(".yml", StringComparison.Ordinal) ? Plain(path, text) : [];
    }

    /// <summary>A lane's file.</summary>
    internal static ImmutableArray<SpecProblem>? OfLane(string path, string text) =>
        IntentPath.LaneOf(path) is null ? null : LaneFileShape.Read(path, text).Problems;

    private static ImmutableArray<SpecProblem> Plain(string path, string text)
    {
        var problems = new ProblemList(path);
        if (SpecText.IsReadable(text, problems)) new SpecTree(problems).Parse(text);
        return problems.ToImmutable();
    }
}

using System.Collections.Immutable;

namespace Headway.Server.Specs.Imports;

/// <summary>The documents of a file that another tool reads: YAML, several of them, or JSON.</summary>
internal static class ForeignDocuments
{
    private const int MostDocuments = 100;

    public static ImmutableArray<SpecNode> Of(string text, ProblemList problems)
    {
        var found = ImmutableArray.CreateBuilder<SpecNode>();
        foreach (var (document, line) in Split(text).Take(MostDocuments))
        {
            var own = new ProblemList(problems.File);
            if (new SpecTree(own).Parse(document) is { } root and not SpecNode.Scalar { IsNull: true }) found.Add(root);
            foreach (var problem in own.ToImmutable())
                problems.Add(new(problem.Line + line, problem.Column), problem.Says, problem.Expected);
        }
        return found.ToImmutable();
    }

    /// <summary>Each document with the number of lines before it.</summary>
    private static IEnumerable<(string Text, int Line)> Split(string text)
    {
        var (start, lines) = (0, text.ReplaceLineEndings("\n").Split('\n'));
        for (var i = 0; i <= lines.Length; i++)
        {
            if (i < lines.Length && lines[i].TrimEnd() != "---") continue;
            var document = string.Join('\n', lines[start..i]);
            if (!string.IsNullOrWhiteSpace(document)) yield return (document, start);
            start = i + 1;
        }
    }
}

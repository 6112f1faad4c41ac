using System.Collections.Immutable;
using Headway.Core.Services;
using Headway.Server.Specs.Templates;

namespace Headway.Server.Specs;

/// <summary>
/// Reads headway.yaml. Says everything that is wrong, each with file, line, column, what was expected and the nearest
/// valid word. Never throws, whatever it is given.
/// </summary>
public static class SpecReader
{
    /// <summary>The longest text it reads; a caller need not load more than this from anywhere.</summary>
    public const int LimitInCharacters = SpecText.LimitInCharacters;

    /// <param name="fileName">For the errors only.</param>
    /// <param name="yaml">Content of the file.</param>
    /// <param name="templates">Those that it may use.</param>
    public static SpecReading Read(string fileName, string yaml, KnownTemplates? templates = null)
    {
        var problems = new ProblemList(fileName);
        var text = yaml.TrimStart('\uFEFF');
        var spec = SpecText.IsReadable(text, problems) ? ReadTree(text, templates ?? KnownTemplates.None, problems) : null;
        return problems.Count == 0 && spec is not null ? new(spec, []) : new(null, problems.ToImmutable());
    }

    private static ServiceSpec? ReadTree(string text, KnownTemplates templates, ProblemList problems)
    {
        var root = new SpecTree(problems).Parse(text);
        if (root is SpecNode.Scalar { IsNull: true } or null)
        {
            if (problems.Count == 0)
                problems.Add(new(1, 1), "the file holds no specification",
                    "`service: NAME` and `run: { command: ... }` at least");
            return null;
        }
        var expansion = new Expansion(templates, problems);
        var read = ServiceShape.Shape.Read(expansion.Root(root), problems);
        return !read.Ok ? null : read.Value with
        {
            Templates = expansion.Used,
            Jobs = [.. read.Value.Jobs.Select(job => job with { Template = expansion.TemplateOf(job.WrittenName) })],
        };
    }
}

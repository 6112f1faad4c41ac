using System.Collections.Immutable;
using System.Text;
using Headway.Core.Services;

namespace Headway.Server.Specs;

/// <summary>One thing that is wrong in a specification, where, and what would be right.</summary>
/// <param name="File">The name that the reader was given.</param>
/// <param name="Line">1, 2, 3 ...</param>
/// <param name="Column">1, 2, 3 ... in characters.</param>
/// <param name="Says">What is wrong: a clause without a full stop.</param>
/// <param name="Expected">What may stand there, or null when `Says` tells all.</param>
/// <param name="Nearest">The valid word nearest to what was written, or null when none is near.</param>
public sealed record SpecProblem(string File, int Line, int Column, string Says, string? Expected, string? Nearest)
{
    public override string ToString()
    {
        var text = new StringBuilder($"{File}:{Line}:{Column}: {Says}.");
        if (Nearest is not null) text.Append($" Did you mean `{Nearest}`?");
        if (Expected is not null) text.Append($" Expected {Expected}.");
        return text.ToString();
    }
}

/// <summary>Either a specification that can be carried out, or everything that is wrong with it.</summary>
public sealed record SpecReading(ServiceSpec? Spec, ImmutableArray<SpecProblem> Problems)
{
    /// <summary>All problems, one a line.</summary>
    public string Says => string.Join('\n', Problems);
}

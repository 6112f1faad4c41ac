using System.Collections.Immutable;

namespace Headway.Server.Specs;

/// <summary>Collects problems in the order of the file; a hopeless file does not fill the screen.</summary>
internal sealed class ProblemList(string file)
{
    private const int Limit = 30;
    private readonly List<SpecProblem> _problems = [];

    public string File => file;

    public int Count => _problems.Count;

    public void Add(Mark at, string says, string? expected = null, string? nearest = null)
    {
        var problem = new SpecProblem(file, at.Line, at.Column, says, expected, nearest);
        if (_problems.Count < Limit && !_problems.Contains(problem)) _problems.Add(problem);
    }

    public ImmutableArray<SpecProblem> ToImmutable() =>
        [.. _problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)];
}

/// <summary>A place in the file; both numbers start at 1.</summary>
internal readonly record struct Mark(int Line, int Column);

using System.Collections.Immutable;
using Headway.Core.TestResults;

namespace Headway.Server.TestResults.Reading;

/// <summary>Lines of files, hit or not; a line that any report saw hit is covered.</summary>
public sealed class LineHits
{
    public const int MostFiles = 20_000, MostLines = 2_000_000;
    private const int LongestPath = 500;
    private readonly Dictionary<string, Dictionary<int, bool>> _files = new(StringComparer.Ordinal);
    private readonly ImmutableArray<string>.Builder _problems = ImmutableArray.CreateBuilder<string>();
    private int _lines;

    public void Problem(string says)
    {
        if (_problems.Count < 20 && !_problems.Contains(says)) _problems.Add(says);
    }

    public void File(string path) => LinesOf(path);

    public void Line(string path, int line, bool hit)
    {
        if (LinesOf(path) is not { } lines) return;
        if (lines.TryGetValue(line, out var before)) lines[line] = before || hit;
        else if (_lines++ < MostLines) lines[line] = hit;
        else Problem($"More than {MostLines} lines: the rest was not read.");
    }

    public Coverage Made() => new(
        _files.ToImmutableSortedDictionary(file => file.Key,
            file => new LineCoverage(file.Value.Count(line => line.Value), file.Value.Count), StringComparer.Ordinal),
        _problems.ToImmutable());

    private Dictionary<int, bool>? LinesOf(string path)
    {
        var name = path.Replace('\\', '/');
        // Jobs run there; elsewhere the path is as the tool says it.
        if (name.StartsWith("/job/", StringComparison.Ordinal)) name = name[5..];
        if (name.StartsWith("./", StringComparison.Ordinal)) name = name[2..];
        if (name.Length is 0 or > LongestPath) return null;
        if (_files.TryGetValue(name, out var found)) return found;
        if (_files.Count >= MostFiles)
        {
            Problem($"More than {MostFiles} files: the rest was not read.");
            return null;
        }
        return _files[name] = [];
    }
}

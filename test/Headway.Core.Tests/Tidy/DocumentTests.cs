using System.Text.RegularExpressions;
using Xunit;

namespace Headway.Core.Tests.Tidy;

/// <summary>What the documents name is there.</summary>
public sealed partial class DocumentTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("ARCHITECTURE.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("STYLE.md")]
    public void Every_path_that_is_named_exists(string document)
    {
        var named = Paths().Matches(RepositoryFiles.Document(document)).Select(m => m.Groups["path"].Value.TrimEnd('/', '.'))
            .Where(p => !p.Contains('*') && !p.Contains('<')).Distinct();
        var missing = named.Where(p => !Exists(p)).ToArray();
        Assert.True(missing.Length == 0, $"{document} names what is not there: {string.Join(", ", missing)}");
    }

    [Fact]
    public void Rows_of_the_coverage_have_an_id_once()
    {
        var ids = Rows().Select(r => r[0]).ToArray();
        Assert.NotEmpty(ids);
        Assert.All(ids, id => Assert.Matches(Id(), id));
        Assert.Empty(ids.GroupBy(id => id).Where(g => g.Count() > 1).Select(g => g.Key));
    }

    [Fact]
    public void Tests_that_the_coverage_names_exist()
    {
        var tests = RepositoryFiles.Sources().Where(f => f.Path.StartsWith("test/", StringComparison.Ordinal)).ToArray();
        var text = tests.ToLookup(f => Path.GetFileNameWithoutExtension(f.Path), f => string.Join('\n', f.Lines));
        var missing = Rows().SelectMany(r => Name().Matches(r[^1]).Select(m => (Row: r[0], m.Groups["class"].Value, Method: m.Groups["method"].Value)))
            .Where(t => !text[t.Value].Any(source => t.Method.Length == 0 || source.Contains($" {t.Method}(", StringComparison.Ordinal)))
            .Select(t => $"{t.Row}: {t.Value}.{t.Method}").ToArray();
        Assert.True(missing.Length == 0, $"docs/coverage.md names tests that are not there:\n{string.Join('\n', missing)}");
    }

    /// <summary>Cells of each row of each table, without the heads.</summary>
    private static List<string[]> Rows() =>
        [.. RepositoryFiles.Document("docs/coverage.md").Split('\n')
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal) && !l.StartsWith("| Id ", StringComparison.Ordinal))
            .Select(l => l.Trim().Trim('|').Split(" | ").Select(c => c.Trim()).ToArray())];

    private static bool Exists(string path)
    {
        var full = Path.Combine(RepositoryFiles.Root, path.Replace('/', Path.DirectorySeparatorChar));
        return File.Exists(full) || Directory.Exists(full);
    }

    [GeneratedRegex(@"`(?<path>(src|test|bench|docs|examples|eng)/[^`\s:]*)`")]
    private static partial Regex Paths();

    [GeneratedRegex(@"^[A-Z]{1,3}[0-9]+[a-z]?$")]
    private static partial Regex Id();

    [GeneratedRegex(@"`(?<class>[A-Z]\w+?(Tests|Contract))(\.(?<method>\w+))?`")]
    private static partial Regex Name();
}

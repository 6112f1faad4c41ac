using Headway.Core.Tests.Judging;
using Xunit;

namespace Headway.Core.Tests.Conditions.Conformance;

/// <summary>The language's own suite, as far as its files lie beside the repository.</summary>
public sealed class ConformanceTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_case_of_the_suite_has_the_outcome_that_the_suite_says()
    {
        var folder = Path.Combine(SharedVectors.Folder(), "cel");
        Assert.SkipUnless(Directory.Exists(folder), $"{folder} is not there.");
        var wrong = new List<string>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.textproto").Order())
        {
            var cases = ConformanceCase.Of(ProtoReader.Read(File.ReadAllText(path))).ToArray();
            var skipped = cases.Where(one => one.Skip is not null).ToArray();
            var failed = cases.Except(skipped).Select(one => (one.Name, one.Expression, Says: one.Mismatch()))
                .Where(one => one.Says is not null).ToArray();
            output.WriteLine($"{Path.GetFileName(path)}: {cases.Length - skipped.Length - failed.Length} passed, "
                + $"{failed.Length} failed, {skipped.Length} skipped");
            foreach (var one in skipped) output.WriteLine($"  skipped {one.Name}: {one.Skip}");
            wrong.AddRange(failed.Select(one => $"{one.Name}: {one.Expression}\n    {one.Says}"));
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}

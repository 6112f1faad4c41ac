using System.Collections.Immutable;

namespace Headway.Core.TestResults;

/// <summary>Counts tests as they are read, with a limit for each thing that can grow.</summary>
public sealed class TestTally
{
    /// <summary>More tests of one job than this are counted, and not kept one by one.</summary>
    public const int MostTests = 100_000;

    /// <summary>So many failures keep their message and output.</summary>
    public const int MostTexts = 200;
    private const int MostProblems = 20;
    private readonly Dictionary<string, TestCase> _tests = new(StringComparer.Ordinal);
    private readonly ImmutableArray<string>.Builder _problems = ImmutableArray.CreateBuilder<string>();
    private int _passed, _failed, _skipped, _texts;

    public int Count => _passed + _failed + _skipped;

    public void Add(TestCase test)
    {
        var name = Name(test.Name);
        if (test.Outcome is TestOutcome.Passed) _passed++;
        else if (test.Outcome is TestOutcome.Failed) _failed++;
        else _skipped++;
        var known = _tests.GetValueOrDefault(name);
        if (known is null && _tests.Count >= MostTests && !(test.Outcome is TestOutcome.Failed && _texts < MostTexts))
            return;
        _tests[name] = Merged(known, Bounded(test with { Name = name }));
    }

    /// <summary>Something about a file, a whole sentence; the report does not count as complete after it.</summary>
    public void Problem(string says)
    {
        if (_problems.Count < MostProblems) _problems.Add(says);
    }

    public TestReport Report(int files) => new(
        files, _passed, _failed, _skipped, [.. _tests.Values.OrderBy(test => test.Name, StringComparer.Ordinal)],
        _problems.ToImmutable());

    private TestCase Bounded(TestCase test)
    {
        if (test.Outcome is TestOutcome.Failed && _texts++ < MostTexts) return test;
        return test with { Message = null, Output = null };
    }

    /// <summary>Two of one name are one test; that both passed and failed says nothing good, so the worse counts.</summary>
    private static TestCase Merged(TestCase? known, TestCase test)
    {
        if (known is null) return test;
        var worse = Badness(known) >= Badness(test) ? known : test;
        return worse with { Milliseconds = Sum(known.Milliseconds, test.Milliseconds) };
    }

    private static int Badness(TestCase test) => test.Outcome switch
    {
        TestOutcome.Failed => 3,
        TestOutcome.Passed when test.PassedOnlyWhenRepeated => 2,
        TestOutcome.Passed => 1,
        _ => 0,
    };

    private static double? Sum(double? one, double? other) => one is null ? other : one + (other ?? 0);

    private static string Name(string name)
    {
        var line = string.Join(' ', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length == 0) return "(no name)";
        if (line.Length <= TestCase.LongestName) return line;
        // Names that differ only far behind stay apart.
        var hash = line.Aggregate(14695981039346656037UL, (sum, letter) => unchecked((sum ^ letter) * 1099511628211UL));
        return $"{line[..(TestCase.LongestName - 17)]}~{hash:x16}";
    }
}

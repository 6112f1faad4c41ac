using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Headway.Core.TestResults;

/// <summary>What all reports of one attempt of a job say together.</summary>
/// <param name="Tests">In the order of names; at most <see cref="TestTally.MostTests"/> and some failures.</param>
/// <param name="Problems">Sentences; with any of them the report is incomplete.</param>
public sealed record TestReport(
    int Files, int Passed, int Failed, int Skipped, ImmutableArray<TestCase> Tests, ImmutableArray<string> Problems)
{
    private const int NamesShown = 5;

    [JsonIgnore]
    public int Count => Passed + Failed + Skipped;

    [JsonIgnore]
    public bool IsComplete => Problems.IsEmpty;

    [JsonIgnore]
    public IEnumerable<TestCase> FailedTests => Tests.Where(test => test.Outcome is TestOutcome.Failed);

    /// <summary>Every failure is in <see cref="Tests"/>, so that what is said of all of them is true.</summary>
    [JsonIgnore]
    public bool KnowsAllFailures => Failed == 0 || FailedTests.Count() <= TestTally.MostTexts && Count <= TestTally.MostTests;

    public string Says()
    {
        if (Files == 0) return "";
        var skipped = Skipped > 0 ? $", {Skipped} skipped" : "";
        var says = Count == 0 ? "The test reports list no test."
            : Failed == 0 ? $"{Passed} tests passed{skipped}."
            : $"{Failed} of {Passed + Failed} tests failed{skipped}: {Names(FailedTests.Select(test => test.Name))}.";
        return IsComplete ? says : $"{says} The report is incomplete: {Problems[0]}";
    }

    public static string Names(IEnumerable<string> names)
    {
        var all = names.ToList();
        var shown = string.Join(", ", all.Take(NamesShown).Select(name => name.Length > 200 ? name[..200] : name));
        return all.Count > NamesShown ? $"{shown} and {all.Count - NamesShown} more" : shown;
    }
}

using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Headway.Core.TestResults;

[JsonConverter(typeof(JsonStringEnumConverter<TestHabitKind>))]
public enum TestHabitKind
{
    /// <summary>Never seen to differ on the same code.</summary>
    Steady,

    /// <summary>Failed alone at commits between others where it passed, and never differed on the same code: no proof.</summary>
    Suspected,

    /// <summary>Proven: it failed and passed on the same code, seldom enough to be tried again.</summary>
    Flaky,

    /// <summary>It differs on the same code, and is too new to know how often.</summary>
    New,

    /// <summary>It fails so often that trying again would only hide what it says.</summary>
    Broken,

    /// <summary>It fails much more often than it was known to, from some commit on: a regression, until shown otherwise.</summary>
    Worse,
}

/// <param name="Rate">Share of attempts that failed; of those before <paramref name="Since"/> where it became worse.</param>
/// <param name="Since">Code from which on it fails more often.</param>
public sealed record TestHabit(
    TestHabitKind Kind, int Attempts, int Failures, double Rate, string? Since, string Says)
{
    /// <summary>Only then is a job tried again because of it.</summary>
    [JsonIgnore]
    public bool MayBeRetried => Kind is TestHabitKind.Flaky;
}

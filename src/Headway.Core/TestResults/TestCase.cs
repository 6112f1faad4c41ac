using System.Text.Json.Serialization;

namespace Headway.Core.TestResults;

[JsonConverter(typeof(JsonStringEnumConverter<TestOutcome>))]
public enum TestOutcome { Passed, Failed, Skipped }

/// <summary>One test of a report.</summary>
/// <param name="Name">With its class or suites: what is the same test the next time.</param>
public sealed record TestCase(string Name, TestOutcome Outcome)
{
    public const int LongestName = 400;

    /// <summary>Null where the report does not say it.</summary>
    public double? Milliseconds { get; init; }

    /// <summary>File or class: what a shard is given.</summary>
    public string? Unit { get; init; }

    /// <summary>The tool itself tried it again and it passed: it failed and passed on the same code.</summary>
    public bool PassedOnlyWhenRepeated { get; init; }

    public string? Message { get; init; }

    /// <summary>Stack and what it printed, shortened.</summary>
    public string? Output { get; init; }
}

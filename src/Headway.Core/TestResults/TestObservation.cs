namespace Headway.Core.TestResults;

/// <summary>What one attempt of a job said about one test; skipped tests say nothing.</summary>
/// <param name="Code">What was tested. Results that differ on the same code differ by chance.</param>
public readonly record struct TestObservation(string Code, bool Failed)
{
    /// <summary>For people; null: the code is one.</summary>
    public string? Commit { get; init; }

    public string Shown => Commit ?? Code;
}

using Headway.Core.Pipelines;

namespace Headway.Core.Pacts;

/// <summary>What is said about the contracts of a service outside its runs. The stream is `pacts/SERVICE`.</summary>
public abstract record PactEvent
{
    private PactEvent() { }

    public static string StreamOf(string service) => $"pacts/{service}";

    /// <summary>A release was verified, or published what it expects, after it was made.</summary>
    public sealed record ResultAdded(string Release, JobResult Result) : PactEvent;
}

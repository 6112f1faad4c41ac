namespace Headway.Core.TestResults;

/// <summary>What people decided about tests of a service. The stream is `tests/SERVICE`; the actor is who decided.</summary>
public abstract record TestEvent
{
    private TestEvent() { }

    public sealed record Quarantined(Quarantine Quarantine) : TestEvent;

    public sealed record QuarantineLifted(string Test, string Why) : TestEvent;

    public static string StreamOf(string service) => $"tests/{service}";
}

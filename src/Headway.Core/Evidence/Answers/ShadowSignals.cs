using System.Collections.Immutable;

namespace Headway.Core.Evidence.Answers;

/// <summary>What mirrored requests are judged by. Names that nobody can give to a signal of their own.</summary>
public static class ShadowSignals
{
    public const string Answers = "shadow answers", Errors = "shadow errors", Latency = "shadow latency";

    public static readonly ImmutableArray<SignalSpec> All =
    [
        Of(Answers),
        Of(Errors),
        // A copy comes second and meets caches that no user has warmed for the candidate: a person decides.
        Of(Latency) with { Trust = Trust.Pause, Missing = WhenMissing.GoOn },
    ];

    private static SignalSpec Of(string name) => new(name, new SignalSource.Shadow(), new SignalTest.Counts())
    {
        Every = TimeSpan.FromSeconds(30),
    };
}

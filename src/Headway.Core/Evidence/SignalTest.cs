using System.Text.Json.Serialization;

namespace Headway.Core.Evidence;

/// <summary>How a signal is judged.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Counts), "counts")]
[JsonDerivedType(typeof(Gauge), "gauge")]
[JsonDerivedType(typeof(Limit), "limit")]
[JsonDerivedType(typeof(Condition), "condition")]
[JsonDerivedType(typeof(Seen), "seen")]
[JsonDerivedType(typeof(Objective), "objective")]
public abstract record SignalTest
{
    private SignalTest() { }

    /// <summary>
    /// Bad ones out of all, candidate against stable, by the sequential comparison. The only test whose passing may
    /// stand in for requests of users where there are none.
    /// </summary>
    public sealed record Counts : SignalTest
    {
        /// <summary>Candidate trials in a step without which nothing passes; null leaves it to the test.</summary>
        public double? LeastTrials { get; init; }
    }

    /// <summary>Bad ones of the candidate out of all, against a fixed part, whatever stable does.</summary>
    /// <param name="AtMost">0 to 1.</param>
    public sealed record Objective(double AtMost) : SignalTest
    {
        public double? LeastTrials { get; init; }
    }

    /// <summary>Values of both sides, compared by their ranks and by how often they are far out.</summary>
    /// <param name="Worse">The direction that hurts.</param>
    /// <param name="Tolerance">A difference that nobody minds, as a share of stable's typical value.</param>
    public sealed record Gauge(Worse Worse, double Tolerance) : SignalTest
    {
        /// <summary>A difference that does not matter whatever it is as a share, in the unit of the values.</summary>
        public double Least { get; init; }
    }

    /// <summary>The candidate's value against fixed ends, whatever stable does.</summary>
    public sealed record Limit(double? AtLeast, double? AtMost) : SignalTest;

    /// <summary>A condition in CEL over `stable` and `candidate` that holds when the candidate is bad.</summary>
    public sealed record Condition(string BadWhen) : SignalTest;

    /// <summary>The candidate shows something at all. It can be missing, and never bad.</summary>
    public sealed record Seen : SignalTest;
}

[JsonConverter(typeof(JsonStringEnumConverter<Worse>))]
public enum Worse { Higher, Lower, Either }

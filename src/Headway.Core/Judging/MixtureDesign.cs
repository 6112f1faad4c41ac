namespace Headway.Core.Judging;

/// <summary>
/// The null p_c &lt;= Theta p_s and the alternatives that are mixed against it: `Count` rates of the candidate, from a
/// little above stable's rate (odds times LowOdds) to almost certain failure, denser at the low end.
/// </summary>
public sealed record MixtureDesign
{
    public double Theta { get; init; } = 1.25;
    public double LowOdds { get; init; } = 1.5;
    public int Count { get; init; } = 8;
    public double Power { get; init; } = 1.7;
    public double Top { get; init; } = 0.98;
    public double Cap { get; init; } = 0.999;
    public double MinSpan { get; init; } = 0.5;

    /// <summary>Share of the mixture that sleeps at first; 0 for none.</summary>
    public double SleepingMass { get; init; }

    /// <summary>What wakes of the sleeping share at each tick.</summary>
    public double Waking { get; init; }

    /// <summary>Steepness of the prior around the alternatives that real faults resemble; 0 is uniform.</summary>
    public double PriorSlope { get; init; }

    public double PriorCentre { get; init; } = 2.5;

    /// <summary>The mixture that the product uses: a sleeper, so that a late fault meets fresh components.</summary>
    public static readonly MixtureDesign Errors = new()
    {
        SleepingMass = 0.3, Waking = 0.003, PriorSlope = 0.35,
    };

    public static readonly MixtureDesign Spell = Errors;
    public static readonly MixtureDesign Refused = Errors with { Theta = 1.5 };
    public static readonly MixtureDesign Middle = Errors with { Theta = 1, LowOdds = 1.2 };
    public static readonly MixtureDesign Tail = Errors with { Theta = 1 };

    /// <summary>ln of the prior weight of each alternative.</summary>
    public double[] LogPrior()
    {
        var logs = new double[Count];
        for (var j = 0; j < Count; j++) logs[j] = -PriorSlope * Math.Abs(j - PriorCentre);
        var sum = LogSpace.Sum(logs);
        for (var j = 0; j < Count; j++) logs[j] -= sum;
        return logs;
    }

    /// <summary>The alternatives above a rate.</summary>
    public double[] Rates(double rate)
    {
        var logOdds = Math.Log(rate / (1 - rate)) + Math.Log(LowOdds);
        var span = Math.Max(Math.Log(Top / (1 - Top)) - logOdds, MinSpan);
        return [.. Places().Select(place => Math.Min(1 / (1 + Math.Exp(-(logOdds + place * span))), Cap))];
    }

    /// <summary>How far each alternative lies between the lowest and the highest, 0 to 1.</summary>
    public double[] Places()
    {
        var places = new double[Count];
        for (var j = 1; j < Count; j++) places[j] = Math.Pow((double)j / (Count - 1), Power);
        return places;
    }
}

using System.Collections.Immutable;

namespace Headway.Core.Judging.Vectors;

/// <param name="What">The quantity, as the file names it.</param>
/// <param name="Error">Absolute below 1, relative above; infinite when a whole number or a truth differs.</param>
public sealed record Checked(string Case, string What, double Error, string? Problem);

/// <summary>Runs the product's own pieces over a vector file and measures how far they are from it.</summary>
public static class VectorCheck
{
    public static ImmutableArray<Checked> Run(VectorFile file)
    {
        var done = ImmutableArray.CreateBuilder<Checked>();
        foreach (var given in file.Cases) done.AddRange(new CaseRun(given).Check());
        for (var i = 0; i < file.Combinations.Length; i++) done.Add(Combine($"combine[{i}]", file.Combinations[i]));
        return done.ToImmutable();
    }

    public static double ErrorOf(double actual, double expected) => actual.Equals(expected)
        ? 0
        : double.IsNaN(actual) ? double.PositiveInfinity
        : Math.Abs(actual - expected) / Math.Max(1, Math.Abs(expected));

    private static Checked Combine(string name, VectorCombination given)
    {
        var logs = given.LogE.ToArray();
        for (var i = 0; i < logs.Length; i++)
            if (given.CandidateEvents is { } events && events[i] < given.LeastEvents) logs[i] = Math.Min(logs[i], 0);
        var error = ErrorOf(Combination.LogE(given.Weights, logs), given.Expected);
        return new(name, "expect_total", error, null);
    }
}

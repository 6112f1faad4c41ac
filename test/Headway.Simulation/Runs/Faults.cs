namespace Headway.Simulation.Runs;

/// <summary>How often what goes wrong, each a probability a turn.</summary>
internal sealed record Faults(bool Any)
{
    public static readonly Faults None = new(false);

    public double CrashBeforeStoring { get; init; }
    public double CrashBeforeActing { get; init; }
    public double Lost { get; init; }
    public double Repeated { get; init; }
    public double Late { get; init; }
    public double Lies { get; init; }
    public double Unreachable { get; init; }
    public double Dies { get; init; }
    public double BudgetSpent { get; init; }
    public double TaskFails { get; init; }
    public double TaskLost { get; init; }
    public double ClockJumps { get; init; }
    public double Person { get; init; }
    public double NewRelease { get; init; }

    /// <summary>Each seed has its own mix: some kinds of fault often, some never.</summary>
    public static Faults Draw(Random random)
    {
        return new(true)
        {
            CrashBeforeStoring = Some(0.05),
            CrashBeforeActing = Some(0.1),
            Lost = Some(0.3),
            Repeated = Some(0.3),
            Late = Some(0.5),
            Lies = Some(0.6),
            Unreachable = Some(0.1),
            Dies = Some(0.05),
            BudgetSpent = Some(0.1),
            TaskFails = Some(0.5),
            TaskLost = Some(0.3),
            ClockJumps = Some(0.1),
            Person = Some(0.05),
            NewRelease = Some(0.05),
        };

        double Some(double most) => random.Next(3) == 0 ? 0 : random.NextDouble() * most;
    }
}

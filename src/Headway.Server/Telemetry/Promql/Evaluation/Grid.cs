namespace Headway.Server.Telemetry.Promql.Evaluation;

/// <summary>The times at which a query is asked, in milliseconds: one, or many with the same step between them.</summary>
public readonly record struct Grid(long Start, long Step, int Count)
{
    public long End => Start + (Count - 1) * Step;

    public long Time(int index) => Start + index * Step;

    public static Grid At(long time) => new(time, 1, 1);

    public static Grid Between(long start, long end, long step) => new(start, step, (int)((end - start) / step) + 1);
}

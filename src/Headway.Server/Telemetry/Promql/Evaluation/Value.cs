using Headway.Server.Telemetry.Promql.Labels;
using Headway.Server.Telemetry.Series;

namespace Headway.Server.Telemetry.Promql.Evaluation;

/// <summary>One series of a result: a value for each time of the grid, or <see cref="Row.Absent"/>.</summary>
public readonly record struct Row(LabelSet Labels, double[] Values)
{
    /// <summary>The mark of staleness says here that a series has no value at a time; no computation makes it.</summary>
    public static readonly double Absent = TimeSeries.Stale;

    public static bool IsAbsent(double value) => TimeSeries.IsStale(value);

    public bool IsEmpty
    {
        get
        {
            foreach (var value in Values)
                if (!IsAbsent(value)) return false;
            return true;
        }
    }

    public static double[] Nothing(int count)
    {
        var values = GC.AllocateUninitializedArray<double>(count);
        values.AsSpan().Fill(Absent);
        return values;
    }
}

/// <summary>What an expression is worth at all times of a grid.</summary>
public abstract record Value
{
    private Value() { }

    public sealed record Scalars(double[] Values) : Value;

    public sealed record Words(string Text) : Value;

    public sealed record Rows(List<Row> All) : Value;

    /// <summary>Samples as they were kept; only a whole query can be this.</summary>
    public sealed record Raw(List<Samples> All) : Value;
}

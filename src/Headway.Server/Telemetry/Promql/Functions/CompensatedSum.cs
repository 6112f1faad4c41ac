namespace Headway.Server.Telemetry.Promql.Functions;

/// <summary>A sum that keeps what adding loses (Kahan, with the change of Neumaier).</summary>
internal struct CompensatedSum
{
    public double Rough;
    private double _lost;

    public readonly double Value => Rough + _lost;

    public void Add(double value)
    {
        var next = Rough + value;
        _lost += Math.Abs(Rough) >= Math.Abs(value) ? Rough - next + value : value - next + Rough;
        Rough = next;
    }
}

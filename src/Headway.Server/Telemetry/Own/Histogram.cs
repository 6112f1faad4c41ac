using System.Globalization;

namespace Headway.Server.Telemetry.Own;

/// <summary>Counts by upper edge, in seconds.</summary>
internal sealed class Histogram(double[] edges)
{
    private readonly double[] _counts = new double[edges.Length + 1];

    public double Sum { get; private set; }

    public double Count { get; private set; }

    public void Add(double seconds, double count = 1)
    {
        var at = 0;
        while (at < edges.Length && seconds > edges[at]) at++;
        _counts[at] += count;
        Sum += seconds * count;
        Count += count;
    }

    public IEnumerable<(string Edge, double Count)> Cumulative()
    {
        double sum = 0;
        for (var i = 0; i < _counts.Length; i++)
            yield return (i < edges.Length ? edges[i].ToString(CultureInfo.InvariantCulture) : "+Inf", sum += _counts[i]);
    }
}

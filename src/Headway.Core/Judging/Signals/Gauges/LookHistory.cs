namespace Headway.Core.Judging.Signals.Gauges;

/// <summary>
/// What both sides showed at the same looks, in the order of time; higher is worse on both. Bounded: when it is full,
/// every second look is forgotten, and from then on only every second one (fourth, eighth) is kept. That leaves the
/// distributions as they are and makes values that follow each other less alike, never more.
/// </summary>
internal sealed class LookHistory
{
    public const int Most = 512;

    private double[] stable = new double[16], candidate = new double[16];
    private int count, stride = 1, toNext = 1;
    private double sumOfSizes;

    /// <summary>Looks since the beginning, kept or not.</summary>
    public int Looks { get; private set; }

    public int Count => count;

    /// <summary>Looks that an entry stands for.</summary>
    public int Stride => stride;

    public ReadOnlySpan<double> Stable => stable.AsSpan(0, count);

    public ReadOnlySpan<double> Candidate => candidate.AsSpan(0, count);

    /// <summary>
    /// Below this size a value of stable counts as nearly nothing when differences are taken on the logarithmic scale.
    /// It grows with the values, so that a change of their unit changes nothing.
    /// </summary>
    public double Unit => Looks == 0 ? 0 : 0.1 * sumOfSizes / Looks;

    public void Add(double stableValue, double candidateValue)
    {
        Looks++;
        sumOfSizes += Math.Abs(stableValue);
        if (--toNext > 0) return;
        if (count == Most) Thin();
        if (count == stable.Length)
        {
            Array.Resize(ref stable, 2 * count);
            Array.Resize(ref candidate, 2 * count);
        }

        (stable[count], candidate[count]) = (stableValue, candidateValue);
        count++;
        toNext = stride;
    }

    private void Thin()
    {
        for (var i = 0; i < Most / 2; i++) (stable[i], candidate[i]) = (stable[2 * i + 1], candidate[2 * i + 1]);
        count = Most / 2;
        stride *= 2;
    }
}

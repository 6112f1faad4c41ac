namespace Headway.Core.Judging;

/// <summary>An average of e-values is an e-value, whatever they depend on.</summary>
public static class Combination
{
    public static double LogE(ReadOnlySpan<double> weights, ReadOnlySpan<double> logs)
    {
        Span<double> sum = stackalloc double[logs.Length];
        for (var i = 0; i < logs.Length; i++) sum[i] = Math.Log(weights[i]) + logs[i];
        return LogSpace.Sum(sum);
    }
}

namespace Headway.Core.Evidence;

/// <summary>
/// Latency buckets whose upper edges grow by exactly 5 %: the candidate's tolerance d = 0.05 of the judge is then one
/// bucket, and "slower than (1 + d) tau" is counted exactly, without interpolation.
/// Bucket i holds latencies in (0.1 ms * 1.05^(i-1), 0.1 ms * 1.05^i]; bucket 0 holds everything up to 0.1 ms.
/// </summary>
public static class LatencyScale
{
    public const double Growth = 1.05;
    public const double FirstEdgeMilliseconds = 0.1;

    /// <summary>About 75 seconds; slower requests are counted in the last bucket.</summary>
    public const int LastBucket = 277;

    private static readonly double LogGrowth = Math.Log(Growth);

    public static int BucketOf(double milliseconds)
    {
        if (!(milliseconds > FirstEdgeMilliseconds)) return 0;
        var bucket = (int)Math.Ceiling(Math.Log(milliseconds / FirstEdgeMilliseconds) / LogGrowth - 1e-9);
        return Math.Clamp(bucket, 0, LastBucket);
    }

    public static double UpperEdgeMilliseconds(int bucket) => FirstEdgeMilliseconds * Math.Pow(Growth, bucket);
}

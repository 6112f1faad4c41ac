namespace Headway.Core.Judging;

/// <summary>
/// The first share: what is lost before the first look is share x requests x interval, so a busy service starts small.
/// </summary>
public static class Ramp
{
    private const double Most = 0.05, RequestsPerSecond = 5;

    /// <param name="requestsPerSecond">Total traffic of the lane; 0 when unknown.</param>
    public static double FirstShare(double requestsPerSecond) =>
        requestsPerSecond > 0 ? Math.Min(Most, RequestsPerSecond / requestsPerSecond) : Most;
}

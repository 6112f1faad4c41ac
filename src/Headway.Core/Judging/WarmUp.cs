namespace Headway.Core.Judging;

/// <summary>
/// When the latency of an instance counts: it is old enough and has served enough, or it is so old that waiting for
/// traffic makes no sense. Errors count from the first request.
/// </summary>
public sealed record WarmUp(double LeastAgeSeconds, double LeastServed, double EnoughAgeSeconds)
{
    public static readonly WarmUp Default = new(60, 500, 180);

    public bool IsWarm(double ageSeconds, double served) =>
        (ageSeconds >= LeastAgeSeconds && served >= LeastServed) || ageSeconds >= EnoughAgeSeconds;
}

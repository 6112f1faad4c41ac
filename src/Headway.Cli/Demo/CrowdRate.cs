namespace Headway.Cli.Demo;

/// <summary>
/// How many requests a second the customers make. The crowd shares its machine with everything that it visits, so it
/// arrives within a few seconds instead of at once, and gets smaller while the machine cannot keep up: a demo is to show what
/// a release does to its users, not what a machine does that is asked for more than it has.
/// </summary>
internal sealed record CrowdRate(int Now, int Wanted)
{
    public static readonly TimeSpan Review = TimeSpan.FromSeconds(1);

    /// <summary>Mean time to an answer, in seconds, beyond which the machine counts as too busy.</summary>
    private const double TooSlow = 0.3;

    private const int Fewest = 20;

    public static CrowdRate First(int wanted) => new(Math.Max(wanted / 5, 1), wanted);

    /// <summary>By Little's law the requests that wait are the rate times the mean time to an answer.</summary>
    public CrowdRate After(int waiting) => waiting > Now * TooSlow
        ? this with { Now = Math.Clamp(Now * 7 / 10, Math.Min(Fewest, Wanted), Wanted) }
        : this with { Now = Math.Min(Now + Math.Max(Wanted / 8, 1), Wanted) };

    public CrowdRate AtMost(int requestsPerSecond) =>
        new(Math.Min(Now, requestsPerSecond), Math.Min(Wanted, requestsPerSecond));
}

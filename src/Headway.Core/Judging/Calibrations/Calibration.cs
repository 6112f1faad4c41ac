using System.Globalization;
using Headway.Core.Judging.Explanations;

namespace Headway.Core.Judging.Calibrations;

/// <summary>False alarms of one unit when stable's own traffic was split in two and compared with itself.</summary>
/// <param name="Unit">`requests` or `clients`.</param>
public sealed record AlikeSplits(string Unit, int Runs, int Alarms, Dispersion Dispersion)
{
    public double Rate => Runs > 0 ? (double)Alarms / Runs : 0;

    public double AtMost => Difference.Wilson(Alarms, Runs).High;
}

/// <summary>Whether the requests of a service may be counted one by one, or whether its clients must be.</summary>
/// <param name="RequestsAreSafe">Null when that cannot be told.</param>
public sealed record Calibration(
    string Lane, int Seconds, AlikeSplits Requests, AlikeSplits Clients, bool? RequestsAreSafe, string Says)
{
    /// <summary>Without so many seconds of stable alone nothing can be said.</summary>
    public const int LeastSeconds = 300;

    /// <param name="alpha">Bound on false alarms that the judge promises.</param>
    public static Calibration Of(TrafficProfile profile, AlikeSplits requests, AlikeSplits clients, double alpha)
    {
        var (safe, says) = Judge(profile, requests, clients, alpha);
        return new(profile.Lane, profile.Counts.Length, requests, clients, safe, says);
    }

    private static (bool?, string) Judge(
        TrafficProfile profile, AlikeSplits requests, AlikeSplits clients, double alpha)
    {
        if (profile.Counts.Length < LeastSeconds)
            return (null, $"Too little is known: {profile.Counts.Length} seconds of stable alone were recorded, "
                + $"{LeastSeconds} are "
                + "needed. Wait while nothing is rolled out, or look further back.");
        if (requests.Dispersion.Failures < Dispersion.LeastFailures)
            return (null, $"Too few requests failed to tell ({requests.Dispersion.Failures}, "
                + $"{Dispersion.LeastFailures} are needed): "
                + "go on counting clients, which is safe whatever fails together.");
        var alarms = $"of {requests.Runs} comparisons of stable with itself {Percent(requests.Rate)} would have "
            + $"blamed it "
            + $"(95 % sure: at most {Percent(requests.AtMost)}; the bound is {Percent(alpha)}), counted in clients "
            + $"{Percent(clients.Rate)}";
        var together = string.Create(CultureInfo.InvariantCulture,
            $"failures scatter {requests.Dispersion.VarianceToMean:0.0} times as much as independent ones");
        if (requests.AtMost <= alpha)
            return (true, $"The request unit would be safe here: {together}, and {alarms}.");
        return requests.Rate > alpha
            ? (false, $"Clients must be the unit here: requests fail together ({together}), and {alarms}.")
            : (false, $"Clients should stay the unit: {together}, and it is not shown that requests would keep the "
            + $"bound: {alarms}.");
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.##} %");
}

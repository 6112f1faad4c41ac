using System.Globalization;

namespace Headway.Core.Judging.Explanations;

/// <summary>What would have gone wrong without the rollback, had the plan gone on at its shortest times.</summary>
/// <param name="More">About so many.</param>
/// <param name="Low">Lower end of a 95 % interval of the rate, times the exposure; never below 0.</param>
/// <param name="High">Upper end.</param>
/// <param name="Noun">What is counted: `failures`, `slow answers`, `refusals`.</param>
/// <param name="Until">Up to when it is counted: now, or the end of the plan when that is past.</param>
/// <param name="AtPlansEnd">It is counted up to the end of the plan.</param>
/// <param name="PerRequest">Share of requests beyond stable's, as in the step in which the candidate was taken
/// back.</param>
/// <param name="Requests">Requests that the candidate would have served until then.</param>
/// <param name="Says">The whole sentence.</param>
/// <param name="How">How it was computed.</param>
public sealed record Counterfactual(
    double More, double Low, double High, string Noun, DateTimeOffset Until, bool AtPlansEnd, double PerRequest,
    double Requests, string Says, string How)
{
    /// <param name="inStep">Trials and events of both sides in the step in which the candidate was taken back.</param>
    /// <param name="perCluster">Events that come together, as one client's do; at least 1.</param>
    /// <param name="noun">What the events are, for people.</param>
    /// <param name="exposure">What the candidate would have served.</param>
    public static Counterfactual? Of(in Trials inStep, double perCluster, string noun, MissedExposure exposure)
    {
        if (!inStep.IsJudgeable) return null;
        var (difference, low, high) = Difference.Of(inStep, Math.Max(perCluster, 1));
        var more = Math.Max(difference, 0) * exposure.Requests;
        var (least, most) = (Math.Max(low, 0) * exposure.Requests, Math.Max(high, 0) * exposure.Requests);
        var when = exposure.AtPlansEnd ? "by the end of the plan" : "by now";
        var says = difference <= 0
            ? $"In the last step the candidate did not have more {noun} than stable, so none is foreseen without "
            + $"the rollback."
            : $"Without the rollback about {Number(more)} more {noun} {when} (between {Number(least)} and "
            + $"{Number(most)}).";
        var how = $"In that step {Share(inStep.CandidateEvents, inStep.CandidateTrials)} of the candidate's "
            + $"requests and "
            + $"{Share(inStep.StableEvents, inStep.StableTrials)} of stable's were {noun}. That difference (95 % "
            + $"interval "
            + $"after Newcombe{(perCluster > 1.05 ? $", with {Number(perCluster)} events counted as one since they come together" : "")}) "
            + $"is applied to the {Number(exposure.Requests)} requests that the candidate would have served at the "
            + $"plan's "
            + $"further shares and shortest times; {exposure.Says}";
        return new(more, least, most, noun, exposure.Until, exposure.AtPlansEnd, difference, exposure.Requests,
            says, how);
    }

    private static string Share(double events, double trials) =>
        (trials > 0 ? events / trials : 0).ToString("0.##%", CultureInfo.InvariantCulture).Replace("%", " %",
            StringComparison.Ordinal);

    private static string Number(double number) => number switch
    {
        >= 1000 => Math.Round(number).ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => number.ToString("0", CultureInfo.InvariantCulture),
        _ => number.ToString("0.#", CultureInfo.InvariantCulture),
    };
}

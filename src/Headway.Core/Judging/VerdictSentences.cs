using System.Globalization;

namespace Headway.Core.Judging;

/// <summary>What the judge says to people, one sentence each.</summary>
internal static class VerdictSentences
{
    public static string ProvenWorse(Finding found)
    {
        var logs = found.Tests.Select(t => t.LogE + Math.Log(t.Weight)).ToList();
        var leading = found.Tests[logs.IndexOf(logs.Max())];
        var what = leading.Metric switch
        {
            _ when found.Route is { } route => $"on {route.Route} the candidate fails {route.All.CandidateEvents:0} of "
                + $"{route.All.CandidateTrials:0} clients, stable {route.All.StableEvents:0} of {route.All.StableTrials:0}",
            Metric.Errors => $"the candidate fails {Risk(found)}",
            Metric.Spell => "clients of the candidate fail again and again, those of stable do not",
            Metric.Refused => "the candidate refuses requests (4xx) that stable takes",
            _ => $"the candidate is slower than stable's {Finding.NameOf(leading.Metric)}",
        };
        return Capital($"{what}, e-value {Number(Math.Exp(Math.Min(found.LogE, 700)))} "
            + $"({Number(1 / found.Settings.Alpha)} is proof) after {Counts(found)}{Who(found)}.");
    }

    public static string BudgetSpent(Finding found) =>
        $"Budget spent, not proven: about {found.Budget.Requests:0} requests failed beyond what "
        + $"stable would have had for the same traffic (budget {found.Settings.BudgetFailedRequests}, "
        + $"{found.Budget.Excess / Math.Sqrt(found.Budget.Variance + 1):0.0} standard deviations), "
        + $"after {Counts(found)}{Who(found)}.";

    public static string Held(Finding found)
    {
        var held = $"held for {Time(found.Clock.Held)}";
        if (found.Incidents.IsBlind)
            return $"Stable itself fails {Percent(found.Incidents.RecentRate)}: a candidate cannot be told from that; "
                + $"{held}.";
        return $"An incident hits stable, which fails {Percent(found.Incidents.RecentRate)} instead of "
            + $"{Percent(found.Incidents.UsualRate)}: nobody is blamed and nothing promoted; {held}.";
    }

    public static string Passed(Finding found)
    {
        var share = Percent(found.Step.Share);
        var how = found.IsProven ? "proven not worse than the tolerance" : "not proven, but nothing is suspected";
        return $"The candidate at {share} is {how}, after {Counts(found)} in all and {Time(found.Clock.Judged)} "
            + $"of judged time{(found.Met is { NotSeen.IsEmpty: false } met ? $"; {met.Says}" : "")}.";
    }

    public static string NotRepresentative(Finding found) =>
        $"The candidate has met {Percent(found.Met!.Share)} of stable's traffic where "
        + $"{Percent(found.Settings.Representative)} is asked for, and time is up; {found.Met.Says}.";

    public static string Watching(Finding found)
    {
        if (found.TrialsInStep <= 0) return "No request to the candidate has been judged in this step yet.";
        var so = found.IsSuspicious
            ? $"Something is suspected (e-value {Number(Math.Exp(found.LogE))} of {Number(1 / found.Settings.Alpha)})"
            : "Nothing is proven yet";
        if (found is { IsRepresentative: false, IsSuspicious: false })
            return $"{so}, after {Counts(found)}; the candidate has met {Percent(found.Met!.Share)} of stable's traffic, "
                + $"{Percent(found.Settings.Representative)} is asked for: {found.Met.Says}.";
        if (found.MoreSeconds is not { } seconds || double.IsInfinity(seconds)) return $"{so}, after {Counts(found)}.";
        var perSecond = found.RequestsInStep / Math.Max(found.Clock.Waited, 1);
        return $"{so}, after {Counts(found)}; about {Math.Ceiling(seconds * perSecond):0} more requests, "
            + $"{Time(seconds)} at this traffic.";
    }

    public static string Undecided(Finding found) =>
        $"Time is up without proof either way, after {Counts(found)}; e-value {Number(Math.Exp(found.LogE))} of "
        + $"{Number(1 / found.Settings.Alpha)}.";

    public static string NoData(Finding found)
    {
        var newest = found.Totals.Newest is { } second
            ? $"the newest evidence is of {second.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture)} UTC"
            : "no evidence has arrived at all";
        return $"No data: {found.TrialsInStep:0} candidate trials were judged in this step within "
            + $"{Time(found.Clock.Waited)}, {found.NeededTrials:0} are needed"
            + (found.Step.Requests > 0 ? $" and {found.Step.Requests} requests" : "") + $"; {newest}.";
    }

    private static string Risk(Finding found)
    {
        var (risk, low, high) = found.Risk.Report(0.05);
        if (risk is null) return "more often than stable";
        if (high is null) return $"more than {Round(low ?? 0)} times as often as stable (95 % sure at any time)";
        return $"{Round(risk.Value)} times as often as stable (95 % interval {Round(low ?? 0)} to {Round(high.Value)})";
    }

    private static string Counts(Finding found)
    {
        var totals = found.Totals;
        var clients = found.Settings.Sticky ? $" from {totals.Trials.CandidateEvents:0} clients" : "";
        return $"{totals.CandidateRequests} candidate requests ({totals.CandidateFailures} failures{clients})";
    }

    private static string Who(Finding found) => found switch
    {
        { LooksLikeInstance: false } => "",
        { Suspect: { } instance } => $"; instance {instance} explains it as well as the release does",
        _ => "; with one instance it cannot be told from the release",
    };

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Percent(double share) => share switch
    {
        >= 0.1 => $"{share * 100:0} %",
        >= 0.01 => $"{share * 100:0.#} %",
        _ => $"{share * 100:0.##} %",
    };

    private static string Round(double number) => number >= 10 ? $"{number:0}" : $"{number:0.0}";

    private static string Number(double number) => number switch
    {
        >= 1e4 => number.ToString("0.0e0", CultureInfo.InvariantCulture),
        >= 10 => $"{number:0}",
        _ => $"{number:0.0#}",
    };

    private static string Time(double seconds) => seconds switch
    {
        < 90 => $"{Math.Ceiling(seconds):0} s",
        < 5400 => $"{Math.Ceiling(seconds / 60):0} minutes",
        _ => $"{seconds / 3600:0.0} hours",
    };
}

using Headway.Core.Targets;

namespace Headway.Core.Strategies;

/// <summary>Steps in words, the same on the page, in the terminal and in messages.</summary>
public static class Steps
{
    public static string Says(Step? step) => step switch
    {
        Step.Place place => $"start {Count(place.Instances, "instance")} of the candidate",
        Step.Run run => $"run {run.Command}",
        Step.Expose { To: Exposure.Fraction { Share: 0 } } => "give the candidate to nobody",
        Step.Expose { To: Exposure.Fraction fraction } => $"give the candidate {Percent(fraction.Share)}",
        Step.Expose { To: Exposure.Mirror mirror } => $"copy {Percent(mirror.Share)} of the requests to the candidate",
        Step.Expose => "expose the candidate",
        Step.Watch { For: WatchFor.HoldBack } watch => $"hold back for {Time(watch.AtLeast)}",
        Step.Watch { Load: { } load } =>
            $"drive {load.RequestsPerSecond:0.##} requests/s at the candidate for {Time(load.For)}",
        Step.Watch { For: WatchFor.Guard } => "watch the limits",
        Step.Watch { For: WatchFor.Answers } => "compare answers",
        Step.Watch => "watch users",
        Step.Await wait => $"wait for a person: {wait.Why}",
        Step.Retire { Keep: 0 } => "stop the old release",
        Step.Retire retire => $"shrink the old release to {Count(retire.Keep, "instance")}",
        null => "nothing left to do",
        _ => throw new InvalidOperationException($"No arm for {step.GetType().Name}."),
    };

    public static string Percent(double share) => $"{share * 100:0.##} %";

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static string Time(TimeSpan time) =>
        time.TotalMinutes >= 1 ? $"{time.TotalMinutes:0.#} min" : $"{time.TotalSeconds:0} s";
}

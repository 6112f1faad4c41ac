using System.Globalization;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core.Judging.Calibrations;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Simulation.Replay;

namespace Headway.Cli.Simulation;

/// <summary>What was asked of `headway simulate --faults`.</summary>
/// <param name="RequestsPerSecond">Null takes the traffic that the server has recorded.</param>
internal sealed record TrafficAsk(
    string? Environment, double? RequestsPerSecond, int? Clients, double? FailureRate, int Runs, double Hours,
        int Seed);

/// <summary>
/// For one's own traffic and plan: how fast which faults would be found, whom they would hit, and how often a good
/// release would be stopped.
/// </summary>
internal static class OwnTraffic
{
    /// <param name="api">Opened only when the traffic is to come from a server.</param>
    public static async Task<int> RunAsync(
        Screen screen, ServiceSpec spec, TrafficAsk ask, Func<ApiClient> api, CancellationToken stop)
    {
        var environment = Find(spec, ask.Environment);
        var (shape, from) = await ShapeAsync(spec, environment, ask, api, stop);
        var plan = new TrafficRun(spec, environment, shape);
        CandidateFault[] faults = [.. CandidateFault.Usual(shape.FailureRate), CandidateFault.None];
        var rows = new List<FaultRow>();
        foreach (var fault in faults)
        {
            // With nothing to double, twice as many failures are no fault.
            if (fault.FailureRate is 0) continue;
            rows.Add(Progress.Of(screen, fault.Name, ask.Runs, told => FaultRow.Of(plan, fault, ask.Runs, ask.Seed,
                told, stop)));
        }

        var answer = new
        {
            spec.Service, environment = environment.Name, from, shape.RequestsPerSecond, shape.Clients,
                shape.FailureRate,
            ask.Runs, ask.Seed, plan = plan.Plan.Steps.Select(Steps.Says).ToArray(), notes = Notes(plan), rows,
        };
        screen.Answer(answer, _ => Print(screen, spec, environment, shape, from, plan, rows));
        return ExitCode.Ok;
    }

    private static EnvironmentSpec Find(ServiceSpec spec, string? name) => name is null
        ? spec.Environments[^1]
        : spec.Environments.FirstOrDefault(e => e.Name == name)
            ?? throw new CliException(ExitCode.NotFound, $"headway.yaml has no environment `{name}`.",
                $"It has {string.Join(", ", spec.Environments.Select(e => e.Name))}.");

    private static async Task<(TrafficShape, string)> ShapeAsync(
        ServiceSpec spec, EnvironmentSpec environment, TrafficAsk ask, Func<ApiClient> open, CancellationToken stop)
    {
        if (ask.RequestsPerSecond is { } rate)
        {
            var clients = ask.Clients ?? Math.Max((int)Math.Min(rate * 40, 100_000), 20);
            return (new(rate, clients, ask.FailureRate ?? 0.001, TrafficShape.UsualLatency),
                "as given; latencies are assumed (half within 100 ms, 99 of 100 within 320 ms)"
                + (ask.Clients is null ? "; and so is the number of clients" : "")
                + (ask.FailureRate is null ? "; and so are the failures" : ""));
        }

        using var api = open();
        var profile = await api.GetAsync<TrafficProfile>(string.Create(CultureInfo.InvariantCulture,
            $"api/v1/lanes/{Uri.EscapeDataString(spec.Service)}/{Uri.EscapeDataString(environment.Name)}/profile?hours={ask.Hours}"), stop);
        if (profile.Past.RequestsPerSecond <= 0)
            throw new CliException(ExitCode.No,
                $"No traffic of {profile.Lane} was recorded in the last {ask.Hours:0.##} hours while nothing was "
                    + $"rolled out.",
                "Look further back with --hours, or give --requests-per-second, --clients and --failure-rate.");
        var shape = TrafficShape.Of(profile, ask.Clients);
        if (ask.FailureRate is { } failing) shape = shape with { FailureRate = failing };
        var known = ask.Clients is not null ? "as given"
            : profile.Clients is null ? "taken as very many: nearly every request of a second comes from another one"
            : "estimated from how many different ones there are in a second, as if all were alike";
        return (shape, $"{profile.Counts.Length} recorded seconds of stable alone; the number of clients is {known}");
    }

    private static string[] Notes(TrafficRun plan) =>
    [
        .. plan.Plan.Notes,
        "Requests and users that a fault hit are counted until it is taken back, or else until the plan (or its "
            + "first two hours) ends.",
        "Each client makes as many requests as the next, and requests fail independently: `headway judge calibrate` "
            + "says whether yours do.",
    ];

    private static void Print(
        Screen screen, ServiceSpec spec, EnvironmentSpec environment, TrafficShape shape, string from, TrafficRun plan,
        List<FaultRow> rows)
    {
        screen.Line($"{spec.Service}/{environment.Name}: {shape.RequestsPerSecond:0.##} requests/s from "
            + $"{(shape.Clients >= TrafficShape.MostClients ? "very many" : $"about {shape.Clients:N0}")} clients, "
            + $"{shape.FailureRate * 100:0.###} % fail ({from})");
        screen.Line($"  plan: "
            + $"{string.Join(", ", plan.Plan.Steps.OfType<Step.Expose>().Select(e => Steps.Percent(e.To.ShareOfUsers)))}"
            + $"; {rows[0].Runs} runs each");
        screen.Line();
        screen.Line("  candidate              taken back   median      p90   requests hit (p90)   users hit (p90)   "
            + "stopped and asked");
        foreach (var row in rows.SkipLast(1))
            screen.Line($"  {row.Candidate,-20} {row.TakenBack * 100,9:0.#} % {Time(row.MedianSeconds),8} "
                + $"{Time(row.P90Seconds),8}"
                + $"   {$"{row.RequestsHit:N0} ({row.P90RequestsHit:N0})",18}   "
                + $"{$"{row.UsersHit:N0} ({row.P90UsersHit:N0})",15}"
                + $"   {row.Asked * 100,15:0.#} %");
        var good = rows[^1];
        screen.Line();
        screen.Line($"  A good release is taken back in {good.TakenBack * 100:0.##} % of {good.Runs} runs (95 % "
            + $"interval "
            + $"{good.TakenBackLow * 100:0.##} to {good.TakenBackHigh * 100:0.##} %; the bound that is proven is 3 "
            + $"%), and stops to ask "
            + $"a person in {good.Asked * 100:0.##} %.");
        foreach (var note in Notes(plan)) screen.Line($"  note: {note}");
    }

    private static string Time(double? seconds) => seconds is { } s ? StoryText.Time(TimeSpan.FromSeconds(s)) : "-";
}

using System.CommandLine;

namespace Headway.Cli.Simulation;

/// <summary>Options of `headway simulate --faults`.</summary>
internal sealed class TrafficOptions
{
    public Option<bool> Faults { get; } = new("--faults")
    {
        Description = "With your own traffic and plan: how fast which faults are found, whom they hit, and how "
            + "often a good release is stopped.",
    };

    private readonly Option<string?> environment = new("--environment")
    {
        Description = "Whose plan and traffic (default: the last environment).", HelpName = "name",
    };

    private readonly Option<double?> requests = new("--requests-per-second")
    {
        Description = "Traffic to simulate (default: what the server has recorded of the environment).", HelpName =
            "number",
    };

    private readonly Option<int?> clients = new("--clients")
    {
        Description = "How many different clients (default: estimated).", HelpName = "number",
    };

    private readonly Option<double?> failing = new("--failure-rate")
    {
        Description = "Share of requests that fail in any case, such as 0.001 (default: as recorded).", HelpName =
            "share",
    };

    private readonly Option<int> runs = new("--runs")
    {
        Description = "Simulated rollouts for each fault.", DefaultValueFactory = _ => 200,
    };

    private readonly Option<double> hours = new("--hours")
    {
        Description = "How far back recorded traffic is read.", DefaultValueFactory = _ => 6,
    };

    public Option[] All => [Faults, environment, requests, clients, failing, runs, hours];

    /// <exception cref="CliException">A number is out of range.</exception>
    public TrafficAsk Read(ParseResult result, int seed)
    {
        var ask = new TrafficAsk(
            result.GetValue(environment), result.GetValue(requests), result.GetValue(clients), result.GetValue(failing),
            result.GetValue(runs), result.GetValue(hours), seed);
        Check(ask.RequestsPerSecond is null or (> 0 and <= 1e5), "--requests-per-second",
            "above 0 and at most 100,000");
        Check(ask.Clients is null or (>= 1 and <= 1_000_000), "--clients", "from 1 to 1,000,000");
        Check(ask.FailureRate is null or (>= 0 and <= 0.5), "--failure-rate", "a share from 0 to 0.5, such as 0.001");
        Check(ask.Runs is >= 10 and <= 100_000, "--runs", "from 10 to 100,000");
        Check(ask.Hours is > 0 and <= 336, "--hours", "above 0 and at most 336");
        return ask;
    }

    private static void Check(bool isRight, string option, string expected)
    {
        if (!isRight) throw new CliException(ExitCode.Usage, $"{option} is out of range.", $"It is {expected}.");
    }
}

using System.CommandLine;
using Headway.Cli.Audit;
using Headway.Cli.Conditions;
using Headway.Cli.Configuration;
using Headway.Cli.Connections;
using Headway.Cli.Delivery;
using Headway.Cli.Demo;
using Headway.Cli.Drift;
using Headway.Cli.Environments;
using Headway.Cli.Evidence;
using Headway.Cli.Groups;
using Headway.Cli.Judging;
using Headway.Cli.Lanes;
using Headway.Cli.Logs;
using Headway.Cli.Machine;
using Headway.Cli.Pipelines;
using Headway.Cli.Pacts;
using Headway.Cli.Policies;
using Headway.Cli.Probes;
using Headway.Cli.Processes;
using Headway.Cli.Readiness;
using Headway.Cli.Registry;
using Headway.Cli.Releases;
using Headway.Cli.Rollouts;
using Headway.Cli.Rules;
using Headway.Cli.Scans;
using Headway.Cli.Secrets;
using Headway.Cli.Simulation;
using Headway.Cli.Sources;
using Headway.Cli.Specs;
using Headway.Cli.Status;
using Headway.Cli.Telemetry;
using Headway.Cli.Terminal;
using Headway.Cli.Testing;
using Headway.Cli.TestResults;
using Headway.Cli.Tokens;
using Headway.Cli.Up;

namespace Headway.Cli;

/// <summary>The table of contents: every command, in the order in which a user meets them.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args)
    {
        // Hosts would watch configuration files that Headway does not have; a machine has only so many watches.
        Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
        return CommandLine.RunAsync(Root(), args);
    }

    public static RootCommand Root()
    {
        var root = new RootCommand(
            "Carries a commit to production by itself, a little at a time, and takes it back when it hurts users.");
        foreach (var command in (Command[])[.. Looking(), .. Deciding(), .. Running()]) root.Subcommands.Add(command);
        return root;
    }

    private static Command[] Looking() =>
    [
        // First look
        DemoCommand.Build(),

        // A service of your own
        InitCommand.Build(),
        ValidateCommand.Build(),
        ImportCommand.Build(),
        ProbeCommand.Build(),
        UpCommand.Build(),

        // What happens
        StatusCommand.Build(),
        WhyCommand.Build(),
        RunsCommand.Build(),
        RolloutsCommand.Build(),
        ReleasesCommand.Build(),
        ReleaseCommand.Build(),
        TrustCommand.Build(),
        ScansCommand.Build(),
        ContractsCommand.Build(),
        LogsCommand.Build(),
        TestsCommand.Build(),
        PipelinesCommand.Build(),
        TelemetryCommand.Build(),
    ];

    private static Command[] Deciding() =>
    [
        // What a person may ask
        LaneCommands.Rollback(),
        LaneCommands.Hold(),
        LaneCommands.Resume(),
        StateCommand.Build(),
        ApprovalCommands.List(),
        ApprovalCommands.Approve(),
        ApprovalCommands.Reject(),
        ApprovalCommands.Withdraw(),
        ApprovalCommands.Promote(),
        ApprovalCommands.BreakGlass(),
        ApprovalCommands.ReviewGlass(),
        FreezeCommand.Build(),
        PolicyCommand.Build(),
        ConfigCommand.Build(), DiffCommand.Build(), DriftCommand.Build(), EnvironmentsCommand.Build(), GroupCommand.Build(),
        ReadinessCommand.Build(),
        SsoCommand.Build(), WorkloadsCommand.Build(),
        AuditCommand.Build(),

        // What holds for all services
        TemplatesCommand.Build(),
        RequirementsCommand.Build(),

        // What it is judged by
        EvidenceCommand.Build(),
        ConnectionsCommand.Build(),

        // Where commits come from
        HooksCommand.Build(),

        // Where artifacts lie, and who may do what
        RegistryCommand.Build(),
        TokensCommand.Build(),
        SourcesCommand.Build(),
        RunCommand.Build(),

        // What jobs and instances are given
        SecretsCommand.Build(),
    ];

    private static Command[] Running() =>
    [
        // The processes
        ServerCommand.Build(),
        NodeCommand.Build(),
        RunnerCommand.Build(),
        GatewayCommand.Build(),

        // Proof
        SimulateCommand.Build(),
        ReplayCommand.Build(),
        JudgeCommand.Build(),
        CelCommand.Build(),
        TestCommand.Build(),
        BenchCommand.Build(),

        // This machine
        DoctorCommand.Build(),
        VersionCommand.Build(),
        CompletionCommand.Build(),
    ];
}

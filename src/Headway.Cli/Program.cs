using System.CommandLine;
using Headway.Cli.Demo;
using Headway.Cli.Judging;
using Headway.Cli.Lanes;
using Headway.Cli.Logs;
using Headway.Cli.Machine;
using Headway.Cli.Processes;
using Headway.Cli.Releases;
using Headway.Cli.Rollouts;
using Headway.Cli.Simulation;
using Headway.Cli.Specs;
using Headway.Cli.Status;
using Headway.Cli.Terminal;
using Headway.Cli.Testing;
using Headway.Cli.Up;

namespace Headway.Cli;

/// <summary>The table of contents: every command, in the order in which a user meets them.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => CommandLine.RunAsync(Root(), args);

    public static RootCommand Root() =>
        new("Carries a commit to production by itself, a little at a time, and takes it back when it hurts users.")
        {
            // First look
            DemoCommand.Build(),

            // A service of your own
            InitCommand.Build(),
            ValidateCommand.Build(),
            UpCommand.Build(),

            // What happens
            StatusCommand.Build(),
            WhyCommand.Build(),
            RolloutsCommand.Build(),
            ReleasesCommand.Build(),
            LogsCommand.Build(),

            // What a person may ask
            LaneCommands.Rollback(),
            LaneCommands.Hold(),
            LaneCommands.Resume(),

            // The processes
            ServerCommand.Build(),
            NodeCommand.Build(),
            RunnerCommand.Build(),
            GatewayCommand.Build(),

            // Proof
            SimulateCommand.Build(),
            JudgeCommand.Build(),
            TestCommand.Build(),
            BenchCommand.Build(),

            // This machine
            DoctorCommand.Build(),
            VersionCommand.Build(),
            CompletionCommand.Build(),
        };
}

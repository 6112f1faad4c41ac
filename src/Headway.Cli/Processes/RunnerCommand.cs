using System.CommandLine;
using Headway.Cli.Api;
using Headway.Core.Pipelines;
using Headway.Node.Jobs;
using Microsoft.Extensions.Logging;

namespace Headway.Cli.Processes;

/// <summary>`headway runner`: asks the server for jobs and runs them in a sandbox.</summary>
internal static class RunnerCommand
{
    private static readonly Option<int> Jobs = new("--jobs")
    {
        Description = "How many jobs to carry at once (default: the number of cores).", HelpName = "n",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private static readonly Option<string[]> Labels = new("--label")
    {
        Description = "A label that jobs may ask for; may be repeated.", HelpName = "word",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string> Trust = new("--trust")
    {
        Description = "Whose jobs to carry: of branches, with what is secret to them, or of forks. Never both.",
        HelpName = "branch|fork", DefaultValueFactory = _ => "branch",
    };

    private static readonly Option<string> Sandboxed = new("--sandbox")
    {
        Description = "Whether jobs get namespaces of their own: where this machine allows it, or else not start, or never.",
        HelpName = "auto|required|off", DefaultValueFactory = _ => "auto",
    };

    public static Command Build()
    {
        Trust.AcceptOnlyFromAmong("branch", "fork");
        Sandboxed.AcceptOnlyFromAmong("auto", "required", "off");
        var name = NodeCommand.NameOption();
        var command = new Command("runner", "Run jobs of pipelines on this machine.") { name, Jobs, Labels, Trust, Sandboxed };
        command.SetAction(async (result, stop) =>
        {
            using var logs = LoggerFactory.Create(log =>
                log.AddSimpleConsole(c => { c.SingleLine = true; c.TimestampFormat = "HH:mm:ss "; }));
            try
            {
                await RunnerProgram.RunAsync(OptionsOf(result, result.GetValue(name)!), logs.CreateLogger("Headway.Runner"), stop);
            }
            catch (NoSandboxException refused)
            {
                throw new CliException(ExitCode.No, refused.Message, "apt-get install bubblewrap, or `--sandbox auto`.");
            }
            return ExitCode.Ok;
        });
        return command;
    }

    private static RunnerOptions OptionsOf(ParseResult result, string name)
    {
        var tokenFile = result.GetValue(Globals.TokenFile) ?? Globals.Variable("HEADWAY_TOKEN_FILE") ?? throw NodeCommand.NoToken();
        var jobs = result.GetValue(Jobs);
        if (jobs is < 1 or > RunnerOptions.MostJobs)
            throw new CliException(ExitCode.Usage, $"`--jobs {jobs}` is not a number from 1 to {RunnerOptions.MostJobs}.");
        return new(ServerAddress.Find(result).Address, tokenFile, name, Path.Combine(Globals.DataFolder(result), "runner"))
        {
            Jobs = jobs,
            Labels = [.. result.GetValue(Labels)!.Distinct()],
            Trust = result.GetValue(Trust) == "fork" ? JobTrust.Fork : JobTrust.Branch,
            Sandbox = result.GetValue(Sandboxed) switch
            {
                "required" => SandboxChoice.Required, "off" => SandboxChoice.Off, _ => SandboxChoice.Auto,
            },
        };
    }
}

using System.CommandLine;
using Headway.Cli.Api;
using Headway.Node.Jobs;
using Microsoft.Extensions.Logging;

namespace Headway.Cli.Processes;

/// <summary>`headway runner`: asks the server for jobs and runs them in a sandbox.</summary>
internal static class RunnerCommand
{
    public static Command Build()
    {
        var name = NodeCommand.NameOption();
        var command = new Command("runner", "Run jobs of pipelines on this machine.") { name };
        command.SetAction(async (result, stop) =>
        {
            var server = ServerAddress.Find(result);
            using var logs = LoggerFactory.Create(log => log.AddSimpleConsole(c => { c.SingleLine = true; c.TimestampFormat = "HH:mm:ss "; }));
            var tokenFile = result.GetValue(Globals.TokenFile) ?? Globals.Variable("HEADWAY_TOKEN_FILE") ?? throw NodeCommand.NoToken();
            await RunnerProgram.RunAsync(
                new(server.Address, tokenFile, result.GetValue(name)!, Path.Combine(Globals.DataFolder(result), "runner")),
                logs.CreateLogger("Headway.Runner"), stop);
            return ExitCode.Ok;
        });
        return command;
    }
}

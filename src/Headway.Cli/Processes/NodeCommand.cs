using System.CommandLine;
using Headway.Cli.Api;
using Headway.Node.Control;

namespace Headway.Cli.Processes;

/// <summary>`headway node`: runs what the server says on this machine, and goes on without it.</summary>
internal static class NodeCommand
{
    public static Command Build()
    {
        var name = NameOption();
        var command = new Command("node", "Run a node: instances and a gateway, as the server says.") { name };
        command.SetAction((result, stop) =>
        {
            var server = ServerAddress.Find(result);
            return ControlProgram.RunAsync(new()
            {
                Server = server.Address,
                Token = server.Token ?? throw NoToken(),
                Node = result.GetValue(name)!,
                Data = Path.Combine(Globals.DataFolder(result), "node"),
            }, stop);
        });
        return command;
    }

    internal static Option<string> NameOption() => new("--name")
    {
        Description = "Name of this machine at the server.", HelpName = "name",
        DefaultValueFactory = _ => Environment.MachineName.ToLowerInvariant(),
    };

    internal static CliException NoToken() => new(ExitCode.NoServer, "No token is known for the server.",
        "Make one on the server's machine with scope `node`, and give its file with --token-file.");
}

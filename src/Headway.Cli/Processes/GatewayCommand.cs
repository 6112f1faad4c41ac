using System.CommandLine;
using Headway.Node.Control;

namespace Headway.Cli.Processes;

/// <summary>`headway gateway`: started by a node for itself; serves users.</summary>
internal static class GatewayCommand
{
    public static Command Build()
    {
        var options = new Option<string>("--options") { Description = "File that the node has written.", Required = true };
        var command = new Command("gateway", "Serve users (started by a node).") { options };
        command.Hidden = true;
        command.SetAction((result, stop) => GatewayStart.RunAsync(result.GetValue(options)!, stop));
        return command;
    }
}

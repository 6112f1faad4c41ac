using System.CommandLine;
using Headway.Node.Gateway;

namespace Headway.Cli.Processes;

/// <summary>`headway gateway`: started by a node for itself; serves users.</summary>
internal static class GatewayCommand
{
    public static Command Build()
    {
        var node = new Option<string>("--node") { Required = true };
        var socket = new Option<string>("--socket") { Required = true };
        var handover = new Option<string?>("--handover");
        var command = new Command("gateway", "Serve users (started by a node).") { node, socket, handover };
        command.Hidden = true;
        command.SetAction((result, stop) => GatewayProgram.RunAsync(
            new(result.GetValue(node)!, Globals.DataFolder(result), result.GetValue(socket)!, result.GetValue(handover)), stop));
        return command;
    }
}

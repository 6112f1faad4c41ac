using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.Connections;

namespace Headway.Cli.Connections;

/// <summary>`headway connections`: what the server needs to ask sources outside. Secrets go in and never come out.</summary>
internal static class ConnectionsCommand
{
    private const string Path = "api/v1/connections";

    public static Command Build() => new("connections", "Sources outside that the server may ask, with their credentials.")
    {
        List(), AddConnection.Build(), Remove(), Test(),
    };

    private static Command List()
    {
        var command = new Command("list", "List connections, without their secrets.");
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            screen.Answer(await api.GetAsync<ConnectionView[]>(Path, stop), connections =>
            {
                if (connections.Length == 0)
                    screen.Line("There is no connection. `headway connections add` adds one.");
                foreach (var connection in connections) Tell(screen, connection);
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Remove()
    {
        var name = Name();
        var command = new Command("remove", "Forget a connection and its secrets.") { name };
        command.SetAction(async (result, stop) =>
        {
            using var api = ApiClient.For(result);
            await api.DeleteAsync($"{Path}/{Uri.EscapeDataString(result.GetValue(name)!)}", stop);
            Screen.Of(result).Answer(new { removed = result.GetValue(name) },
                removed => Screen.Of(result).Line($"{removed.removed} is forgotten."));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Test()
    {
        var name = Name();
        var command = new Command("test", "Ask the other side something harmless.") { name };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var tried = await api.PostAsync<ConnectionTried>(
                $"{Path}/{Uri.EscapeDataString(result.GetValue(name)!)}/test", new { }, stop);
            screen.Answer(tried, _ =>
            {
                screen.Line(tried.Says);
                foreach (var warning in tried.Warnings) screen.Line(warning);
            });
            return tried.Answers ? ExitCode.Ok : ExitCode.No;
        });
        return command;
    }

    public static void Tell(Screen screen, ConnectionView connection)
    {
        var kind = char.ToLowerInvariant($"{connection.Kind}"[0]) + $"{connection.Kind}"[1..];
        var tls = (connection.OwnAuthority ? ", own authority" : "")
            + (connection.ClientCertificate ? ", client certificate" : "");
        screen.Line($"{connection.Name,-20} {kind,-12} {connection.Url}  {connection.Credential ?? "no credentials"}{tls}");
        foreach (var warning in connection.Warnings) screen.Line($"  {warning}");
    }

    private static Argument<string> Name() => new("name") { Description = "Name of the connection." };
}

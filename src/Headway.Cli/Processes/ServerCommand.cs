using System.CommandLine;
using Headway.Server.Host;

namespace Headway.Cli.Processes;

/// <summary>`headway server`: decides.</summary>
internal static class ServerCommand
{
    public static Command Build()
    {
        var listen = new Option<string>("--listen")
        {
            Description = "Address where the server listens; port 0 takes a free one.", HelpName = "url",
            DefaultValueFactory = _ => ServerOptions.DefaultUrl,
        };
        var store = new Option<string?>("--store")
        {
            Description = "postgres://user@host:port/database, else SQLite in the data folder.", HelpName = "url",
        };
        var command = new Command("server", "Run the server: it decides, keeps the record and serves the page.")
        {
            listen, store,
        };
        command.SetAction((result, stop) =>
        {
            var data = Globals.DataFolder(result);
            Directory.CreateDirectory(data);
            return ServerProgram.RunAsync(new()
            {
                DataFolder = Path.Combine(data, "server"),
                AddressFile = Path.Combine(data, Api.ServerAddress.StateFile),
                Url = result.GetValue(listen)!,
                Store = result.GetValue(store),
            }, stop);
        });
        return command;
    }
}

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
        var publicUrl = new Option<string?>("--public-url")
        {
            Description = "Address by which people reach the server, for links in commit statuses.", HelpName = "url",
        };
        var key = new Option<string?>("--secrets-key")
        {
            Description = "Where the key of all secrets is: file:PATH or command:PROGRAM, else a file in the data folder.",
            HelpName = "place",
        };
        var command = new Command("server", "Run the server: it decides, keeps the record and serves the page.")
        {
            listen, publicUrl, store, key, OtlpOptions.Http, OtlpOptions.Grpc,
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
                PublicUrl = result.GetValue(publicUrl),
                Store = result.GetValue(store),
                SecretsKey = result.GetValue(key),
                OtlpHttp = result.GetValue(OtlpOptions.Http),
                OtlpGrpc = result.GetValue(OtlpOptions.Grpc),
            }, stop);
        });
        return command;
    }
}

using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.Connections;

namespace Headway.Cli.Connections;

/// <summary>`headway connections add NAME`. Secrets are read from files, so that no command line shows them.</summary>
internal static class AddConnection
{
    private static readonly Argument<string> Name = new("name")
    {
        Description = "By which headway.yaml calls it.",
    };

    private static readonly Option<string> Kind = new("--kind")
    {
        Description = "prometheus (default), datadog, newRelic, cloudWatch, json, gitHub, gitLab, gitea, vault or opa.",
        HelpName = "kind",
        DefaultValueFactory = _ => "prometheus",
    };

    private static readonly Option<string> Url = Text("--url", "Where it is asked.", "url", required: true);
    private static readonly Option<string> Account = Text("--account", "Number of the account (newRelic).", "number");
    private static readonly Option<string> Region = Text("--region", "Region (cloudWatch).", "name");
    private static readonly Option<string> Namespace = Text("--namespace", "Namespace (vault).", "name");
    private static readonly Option<string> Authority = Text(
        "--ca-file", "Certificates in PEM that are trusted instead of the system's.", "path");
    private static readonly Option<string> Certificate = Text("--cert-file", "Client certificate in PEM.", "path");
    private static readonly Option<string> Key = Text("--key-file", "Key of the client certificate in PEM.", "path");

    private static readonly Option<bool> Insecure = new("--insecure")
    {
        Description = "Do not verify the certificate of the other side. Whoever is on the way can read the credentials.",
    };

    public static Command Build()
    {
        var command = new Command("add", "Keep a connection, in place of one of the same name.")
        {
            Name, Kind, Url, Account, Region, Namespace, Authority, Certificate, Key, Insecure,
        };
        foreach (var option in CredentialOptions.All) command.Options.Add(option);
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var kept = await api.PostAsync<ConnectionView>("api/v1/connections", await ReadAsync(result, stop), stop);
            screen.Answer(kept, _ => ConnectionsCommand.Tell(screen, kept));
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<Connection> ReadAsync(ParseResult result, CancellationToken stop)
    {
        if (!Enum.TryParse<ConnectionKind>(result.GetValue(Kind), ignoreCase: true, out var kind))
            throw new CliException(ExitCode.Usage, $"There is no kind `{result.GetValue(Kind)}`.",
                "One of prometheus, datadog, newRelic, cloudWatch, json, gitHub, gitLab, gitea, vault, opa.");
        var certificate = await FileAsync(result.GetValue(Certificate), stop);
        var key = await FileAsync(result.GetValue(Key), stop);
        if (certificate is null != key is null)
            throw new CliException(ExitCode.Usage, "--cert-file and --key-file belong together.");
        return new(result.GetValue(Name)!, kind, result.GetValue(Url)!)
        {
            Credential = await CredentialOptions.ReadAsync(result, kind, stop),
            Authority = await FileAsync(result.GetValue(Authority), stop),
            ClientCertificate = certificate is null ? null : $"{certificate}\n{key}",
            Insecure = result.GetValue(Insecure), Account = result.GetValue(Account), Region = result.GetValue(Region),
            Namespace = result.GetValue(Namespace),
        };
    }

    public static async Task<string?> FileAsync(string? path, CancellationToken stop)
    {
        if (path is null) return null;
        if (!File.Exists(path)) throw new CliException(ExitCode.NotFound, $"There is no {path}.");
        return (await File.ReadAllTextAsync(path, stop)).TrimEnd();
    }

    public static Option<string> Text(string name, string says, string help, bool required = false) =>
        new(name) { Description = says, HelpName = help, Required = required };
}

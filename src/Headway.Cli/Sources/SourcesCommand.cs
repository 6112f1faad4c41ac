using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.Sources;

namespace Headway.Cli.Sources;

/// <summary>`headway sources`: how the server reads repositories, and whom it believes.</summary>
internal static class SourcesCommand
{
    private const string Path = "api/v1/sources";

    public static Command Build() => new("sources", "How the server reads repositories, and whom it believes.")
    {
        Link(), Login(), Key(), Trust(), Signers(),
    };

    private static Command Link()
    {
        var service = Service();
        var connection = Text("--connection", "Name of a connection of kind gitHub, gitLab or gitea.", "name");
        var repository = Text("--repository", "What the repository is called there.", "owner/name");
        var command = new Command("link", "Say which connection speaks for a service's repository.")
        {
            service, connection, repository,
        };
        command.SetAction((result, stop) => PutAsync(
            result, $"api/v1/services/{Uri.EscapeDataString(result.GetValue(service)!)}/host",
            new HostWanted(result.GetValue(connection)!, result.GetValue(repository)!),
            $"{result.GetValue(connection)} speaks for {result.GetValue(service)}.", stop));
        return command;
    }

    private static Command Login()
    {
        var url = Text("--url", "Of the repository, or of its host.", "url");
        var user = Text("--user", "User, or any name where the password is a token.", "name");
        var password = Text("--password-file", "File of the password or token.", "path");
        var command = new Command("login", "Keep a user and password for repositories over https.") { url, user, password };
        command.SetAction(async (result, stop) => await PutAsync(result, $"{Path}/login",
            new SourceLogin(result.GetValue(url)!, result.GetValue(user)!, await FileAsync(result.GetValue(password)!, stop)),
            $"{result.GetValue(url)} is read as {result.GetValue(user)}.", stop));
        return command;
    }

    private static Command Key()
    {
        var command = new Command("key", "Show the server's own SSH key, made at the first call: a deploy key for the host.");
        command.SetAction(async (result, stop) =>
        {
            using var api = ApiClient.For(result);
            var key = await api.PostAsync<SourceKey>($"{Path}/key", new { }, stop);
            Screen.Of(result).Answer(key, _ => Screen.Of(result).Line(key.PublicKey));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Trust()
    {
        var host = new Argument<string>("host") { Description = "`git.example.com`, or `git.example.com:2222`." };
        var fingerprint = new Option<string?>("--fingerprint")
        {
            Description = "`SHA256:...` as the host's owner tells it; without it, what the host shows is listed.",
            HelpName = "fingerprint",
        };
        var command = new Command("trust", "Pin the SSH key of a host.") { host, fingerprint };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var seen = await api.PostAsync<HostKeysSeen>($"{Path}/trust",
                new HostTrusted(result.GetValue(host)!, result.GetValue(fingerprint)), stop);
            screen.Answer(seen, _ =>
            {
                foreach (var key in seen.Keys) screen.Line($"{key.Kind,-22} {key.Fingerprint}");
                screen.Line(seen.Says);
            });
            return seen.Pinned ? ExitCode.Ok : ExitCode.No;
        });
        return command;
    }

    private static Command Signers()
    {
        var file = Text("--file", "`ann@example.com ssh-ed25519 AAAA...`, one a line.", "path");
        var command = new Command("signers", "Whose signatures under commits count.") { file };
        command.SetAction(async (result, stop) => await PutAsync(result, $"{Path}/signers",
            new SignersWritten(await FileAsync(result.GetValue(file)!, stop)), "The signers are kept.", stop));
        return command;
    }

    private static async Task<int> PutAsync(ParseResult result, string path, object body, string says, CancellationToken stop)
    {
        using var api = ApiClient.For(result);
        await api.PutAsync(path, body, stop);
        Screen.Of(result).Answer(new { says }, said => Screen.Of(result).Line(said.says));
        return ExitCode.Ok;
    }

    private static async Task<string> FileAsync(string path, CancellationToken stop) => File.Exists(path)
        ? (await File.ReadAllTextAsync(path, stop)).TrimEnd()
        : throw new CliException(ExitCode.NotFound, $"There is no {path}.");

    private static Argument<string> Service() => new("service") { Description = "Name of the service." };

    private static Option<string> Text(string name, string says, string help) =>
        new(name) { Description = says, HelpName = help, Required = true };
}

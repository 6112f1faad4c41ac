using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.SupplyChain;

namespace Headway.Cli.Releases;

/// <summary>`headway trust`: keys whose signatures count besides the server's own.</summary>
internal static class TrustCommand
{
    private const string Path = "api/v1/trust/keys";

    public static Command Build() => new("trust", "Keys whose signatures of artifacts count here.")
    {
        List(), Add(), Remove(),
    };

    private static Command List()
    {
        var command = new Command("list", "List the keys that are trusted; the server's own is among them.");
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            screen.Answer(await api.GetAsync<TrustView[]>(Path, stop), keys =>
            {
                foreach (var key in keys)
                    screen.Line($"{key.Name,-20} {key.Id[..16]}  {(key.Own ? "its own key"
                        : key.Services.IsDefaultOrEmpty ? "for every service" : $"for {string.Join(", ", key.Services)}")}");
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Add()
    {
        var file = new Argument<string>("file") { Description = "A public key in PEM, such as cosign.pub." };
        var name = new Option<string?>("--name") { Description = "What it is called here; otherwise as the file." };
        var services = new Option<string[]>("--service") { Description = "Only for this service; may be repeated." };
        var command = new Command("add", "Trust a public key.") { file, name, services };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            var path = result.GetValue(file)!;
            if (!File.Exists(path)) throw new CliException(ExitCode.NotFound, $"There is no file {path}.");
            using var api = ApiClient.For(result);
            var key = await api.PostAsync<TrustView>(Path, new TrustRequest(
                result.GetValue(name) ?? System.IO.Path.GetFileNameWithoutExtension(path),
                await File.ReadAllTextAsync(path, stop)) { Services = [.. result.GetValue(services) ?? []] }, stop);
            screen.Answer(key, _ => screen.Line($"{key.Name} ({key.Id[..16]}) is trusted."));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Remove()
    {
        var name = new Argument<string>("name") { Description = "As `headway trust list` shows it." };
        var why = new Option<string?>("--reason") { Description = "For the record." };
        var command = new Command("remove", "Trust a key no more; what only it signed is refused from now on.") { name, why };
        command.SetAction(async (result, stop) =>
        {
            using var api = ApiClient.For(result);
            var reason = result.GetValue(why) is { } said ? $"?why={Uri.EscapeDataString(said)}" : "";
            await api.DeleteAsync($"{Path}/{Uri.EscapeDataString(result.GetValue(name)!)}{reason}", stop);
            Screen.Of(result).Answer(new { removed = result.GetValue(name) },
                removed => Screen.Of(result).Line($"{removed.removed} is trusted no more."));
            return ExitCode.Ok;
        });
        return command;
    }
}

using System.Collections.Immutable;
using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.Access.Identity;

namespace Headway.Cli.Tokens;

/// <summary>`headway sso`: people log in at an identity provider.</summary>
internal static class SsoCommand
{
    private const string Path = "api/v1/sso";

    public static Command Build() => new("sso", "People log in at an identity provider (OpenID Connect), and its groups have roles here.") { Set(), Show(), Remove() };

    private static Command Set()
    {
        var issuer = new Option<string>("--issuer") { Description = "The provider, as it calls itself.", HelpName = "url", Required = true };
        var client = new Option<string>("--client-id") { Description = "By which it knows Headway. Its redirect address is SERVER/login/callback.", HelpName = "id", Required = true };
        var secret = new Option<string?>("--client-secret-file") { Description = "File with the client's secret; without one PKCE protects alone.", HelpName = "path" };
        var groups = new Option<string>("--groups-claim") { Description = "In which claim it says the groups of people.", HelpName = "name", DefaultValueFactory = _ => "groups" };
        var scope = new Option<string[]>("--scope") { Description = "Asked for besides openid (default: profile, email).", HelpName = "name" };
        var rule = new Option<string[]>("--rule") { Description = "GROUP=ROLE[:SERVICES[/ENVIRONMENTS]]: sre=operator, shop-team=deployer:shop*, *=viewer. May be given several times.", HelpName = "group=role", Required = true };
        var command = new Command("set", "Name the provider, and which roles its groups have.") { issuer, client, secret, groups, scope, rule };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            var rules = (result.GetValue(rule) ?? []).Select(text => text.Split('=', 2) is [var group, var role] ? (group, role)
                : throw new CliException(ExitCode.Usage, $"`{text}` gives no role to a group.", "GROUP=ROLE, such as sre=operator."))
                .GroupBy(each => each.group, each => each.role).Select(each => new SsoRule(each.Key, [.. each]));
            var scopes = result.GetValue(scope) is { Length: > 0 } asked ? asked.ToImmutableArray() : (ImmutableArray<string>?)null;
            var ask = new SsoAsk(result.GetValue(issuer)!, result.GetValue(client)!,
                result.GetValue(secret) is { } file ? (await File.ReadAllTextAsync(file, stop)).Trim() : null, result.GetValue(groups), scopes, [.. rules]);
            using var api = ApiClient.For(result);
            screen.Answer(await api.PutAsync<SsoSetting>(Path, ask, stop), set => Say(screen, set));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Show()
    {
        var command = new Command("show", "The provider in force.");
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var text = await api.TextAsync(Path, stop);
            if (text.Length == 0) screen.Answer(new { }, _ => screen.Line("None is set. `headway sso set` names one."));
            else screen.Answer(System.Text.Json.JsonSerializer.Deserialize<SsoSetting>(text, Core.Wire.Json)!, set => Say(screen, set));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Remove()
    {
        var command = new Command("remove", "Nobody logs in at a provider any more; who is logged in stays so until the session ends.");
        command.SetAction(async (result, stop) =>
        {
            using var api = ApiClient.For(result);
            await api.DeleteAsync(Path, stop);
            Screen.Of(result).Answer(new { }, _ => Screen.Of(result).Line("No provider is set."));
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Say(Screen screen, SsoSetting set)
    {
        screen.Line($"People log in at {set.Issuer} as client {set.ClientId}; groups are in `{set.GroupsClaim}`.");
        foreach (var rule in set.Rules) screen.Line($"  {rule.Group}: {string.Join(", ", rule.Grants)}");
    }
}

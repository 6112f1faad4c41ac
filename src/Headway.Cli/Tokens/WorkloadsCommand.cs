using System.Collections.Immutable;
using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.Access.Identity;

namespace Headway.Cli.Tokens;

/// <summary>`headway workloads`: programs that come in with a token of their platform.</summary>
internal static class WorkloadsCommand
{
    private const string Path = "api/v1/workloads";

    public static Command Build() => new("workloads", "Programs that come in with a token of their platform (GitHub Actions, GitLab), without a secret of Headway.")
    {
        Trust(), List(), Remove(),
    };

    private static Command Trust()
    {
        var name = new Argument<string>("name") { Description = "What the rule is called." };
        var issuer = new Option<string>("--issuer") { Description = "Who makes the tokens, such as https://token.actions.githubusercontent.com.", HelpName = "url", Required = true };
        var audience = new Option<string>("--audience") { Description = "Whom they are made for.", HelpName = "text", DefaultValueFactory = _ => "headway" };
        var claim = new Option<string[]>("--claim") { Description = "What a token has to say: repository=org/shop, ref=refs/heads/main. May be given several times.", HelpName = "name=value", Required = true };
        var role = new Option<string[]>("--role") { Description = "What its bearer may do: deployer:shop/staging. May be given several times.", HelpName = "role:services/environments", Required = true };
        var command = new Command("trust", "Let in who has a token that says so.") { name, issuer, audience, claim, role };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            var claims = (result.GetValue(claim) ?? []).Select(text => text.Split('=', 2) is [var key, var value] ? (key, value)
                : throw new CliException(ExitCode.Usage, $"`{text}` says of no claim what it has to be.", "NAME=VALUE, such as repository=org/shop."));
            var rule = new WorkloadRule(result.GetValue(name)!, result.GetValue(issuer)!, result.GetValue(audience)!,
                claims.ToImmutableSortedDictionary(each => each.key, each => each.value, StringComparer.Ordinal), [.. result.GetValue(role) ?? []]);
            using var api = ApiClient.For(result);
            screen.Answer(await api.PutAsync<WorkloadRule>($"{Path}/{Uri.EscapeDataString(rule.Name)}", rule, stop), kept => Show(screen, kept));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "Rules by which programs come in.");
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            screen.Answer(await api.GetAsync<WorkloadRule[]>(Path, stop), rules =>
            {
                if (rules.Length == 0) screen.Line("There are none. `headway workloads trust` makes one.");
                foreach (var rule in rules) Show(screen, rule);
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Remove()
    {
        var name = new Argument<string>("name") { Description = "What the rule is called." };
        var command = new Command("remove", "Let nobody in by this rule any more.") { name };
        command.SetAction(async (result, stop) =>
        {
            using var api = ApiClient.For(result);
            await api.DeleteAsync($"{Path}/{Uri.EscapeDataString(result.GetValue(name)!)}", stop);
            Screen.Of(result).Answer(new { removed = result.GetValue(name) }, gone => Screen.Of(result).Line($"{gone.removed} is removed."));
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Show(Screen screen, WorkloadRule rule) => screen.Line(
        $"{rule.Name,-16} {rule.Issuer} for {rule.Audience}: {string.Join(", ", rule.Claims.Select(claim => $"{claim.Key}={claim.Value}"))} -> {string.Join(", ", rule.Grants)}");
}

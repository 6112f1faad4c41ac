using System.Collections.Immutable;
using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.Access;

namespace Headway.Cli.Tokens;

/// <summary>`headway tokens create NAME`.</summary>
internal static class CreateToken
{
    private static readonly Argument<string> Name = new("name") { Description = "Whose it is, or what for." };

    private static readonly Option<string?> ScopeOption = new("--scope")
    {
        Description = "read (default), deploy, admin, node, telemetry, or registry (default with --repository).",
        HelpName = "scope",
    };

    private static readonly Option<string?> Node = new("--node")
    {
        Description = "With scope node: the only node that it speaks for.", HelpName = "name",
    };

    private static readonly Option<string[]> Repository = new("--repository")
    {
        Description = "Repositories and what may be done there: shop/*:pull,push,delete. May be given several times.",
        HelpName = "pattern:acts",
    };

    private static readonly Option<string[]> Role = new("--role")
    {
        Description = "A role for services and environments: deployer:shop/staging, approver:*/production, viewer. May be given several times.",
        HelpName = "role:services/environments",
    };

    private static readonly Option<int?> Expires = new("--expires") { Description = "In so many days (default: never).", HelpName = "days" };

    private static readonly Option<string[]> Email = new("--email")
    {
        Description = "An address by which commits name whoever bears it: authors do not approve.", HelpName = "address",
    };

    private static readonly Option<string[]> Group = new("--group") { Description = "A group that they are in.", HelpName = "name" };

    public static Command Build()
    {
        var command = new Command("create", "Make a token and show its secret, this once.")
        {
            Name, ScopeOption, Role, Expires, Email, Group, Node, Repository,
        };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            var grants = (result.GetValue(Repository) ?? []).Select(Grant).ToImmutableArray();
            var wanted = new TokenWanted(
                result.GetValue(Name)!, ScopeOf(result, grants), result.GetValue(Node), grants.IsEmpty ? null : grants)
            {
                Grants = Some(result.GetValue(Role)), Emails = Some(result.GetValue(Email)), Groups = Some(result.GetValue(Group)),
                ExpiresInDays = result.GetValue(Expires),
            };
            using var api = ApiClient.For(result);
            var made = await api.PostAsync<TokenMade>(TokensCommand.Path, wanted, stop);
            screen.Answer(made, _ =>
            {
                screen.Note($"The token {made.Id} is shown this once:");
                screen.Line(made.Secret);
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Scope ScopeOf(ParseResult result, ImmutableArray<RepositoryGrant> grants)
    {
        if (result.GetValue(ScopeOption) is not { } text) return grants.IsEmpty ? Scope.Read : Scope.Registry;
        return Enum.TryParse<Scope>(text, ignoreCase: true, out var scope) && !char.IsDigit(text[0]) ? scope
            : throw new CliException(ExitCode.Usage, $"There is no scope `{text}`.",
                "One of read, deploy, admin, node, telemetry, registry.");
    }

    private static ImmutableArray<string>? Some(string[]? words) => words is { Length: > 0 } ? [.. words] : null;

    private static RepositoryGrant Grant(string text)
    {
        var colon = text.LastIndexOf(':');
        var acts = colon < 0 ? ["pull"] : text[(colon + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries);
        return new(colon < 0 ? text : text[..colon], [.. acts.Select(word =>
            Enum.TryParse<RepositoryAct>(word, ignoreCase: true, out var act) && !char.IsDigit(word[0]) ? act
                : throw new CliException(ExitCode.Usage, $"Nothing is called `{word}` that could be done to {text}.",
                    "pull, push or delete, for example shop/*:pull,push."))]);
    }
}

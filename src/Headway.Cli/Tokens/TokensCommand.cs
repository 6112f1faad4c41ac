using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.Access;

namespace Headway.Cli.Tokens;

/// <summary>`headway tokens`: who may do what on the server.</summary>
internal static class TokensCommand
{
    public const string Path = "api/v1/tokens";

    public static Command Build() => new("tokens", "Who may do what: tokens of people, nodes and other programs.")
    {
        CreateToken.Build(), List(), Rotate(), Revoke(),
    };

    private static Command List()
    {
        var all = new Option<bool>("--all") { Description = "Also those that were revoked." };
        var command = new Command("list", "List tokens; their secrets are kept nowhere.") { all };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var tokens = await api.GetAsync<TokenView[]>(Path, stop);
            var shown = tokens.Where(token => result.GetValue(all) || token.RevokedAt is null).ToArray();
            screen.Answer(shown, _ =>
            {
                foreach (var token in shown)
                    screen.Line($"{token.Id}  {token.Scope.ToString().ToLowerInvariant(),-9} {token.Name,-30} "
                        + $"{Used(token)}{Ends(token)}{Grants(token)}");
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Rotate()
    {
        var id = new Argument<string>("id") { Description = "Id of the token, as `headway tokens list` shows it." };
        var overlap = new Option<int>("--overlap") { Description = "For so many minutes the old one goes on.", HelpName = "minutes", DefaultValueFactory = _ => 60 };
        var command = new Command("rotate", "Make a new secret for a token; the old one goes on for a while, so that nobody is cut off.") { id, overlap };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var made = await api.PostAsync<TokenMade>(
                $"{Path}/{Uri.EscapeDataString(result.GetValue(id)!)}/rotate?overlapMinutes={result.GetValue(overlap)}", new { }, stop);
            screen.Answer(made, _ =>
            {
                screen.Note($"The old token ends at {made.OldEndsAt:yyyy-MM-dd HH:mm} UTC. The new one, {made.Id}, is shown this once:");
                screen.Line(made.Secret);
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Revoke()
    {
        var id = new Argument<string>("id") { Description = "Id of the token, as `headway tokens list` shows it." };
        var command = new Command("revoke", "Let a token no more in, from its next request on.") { id };
        command.SetAction(async (result, stop) =>
        {
            using var api = ApiClient.For(result);
            await api.DeleteAsync($"{Path}/{Uri.EscapeDataString(result.GetValue(id)!)}", stop);
            Screen.Of(result).Answer(new { revoked = result.GetValue(id) },
                gone => Screen.Of(result).Line($"{gone.revoked} is revoked."));
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Used(TokenView token) =>
        token.RevokedAt is { } revoked ? $"revoked {revoked:yyyy-MM-dd}"
        : token.LastUsedAt is { } used ? $"used {used:yyyy-MM-dd HH:mm}" : "never used";

    private static string Ends(TokenView token) => token.ExpiresAt is { } ends ? $", ends {ends:yyyy-MM-dd}" : "";

    private static string Grants(TokenView token) => (token.Grants.IsEmpty ? "" : $"  {string.Join(", ", token.Grants)}") + Repositories(token);

    private static string Repositories(TokenView token) => token.Repositories is not { IsDefault: false } grants ? ""
        : "  " + string.Join(" ", grants.Select(grant =>
            $"{grant.Pattern}:{string.Join(",", grant.Acts).ToLowerInvariant()}"));
}

using System.CommandLine;
using System.Globalization;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core.Secrets;
using Headway.Server.Secrets;

namespace Headway.Cli.Secrets;

/// <summary>`headway secrets set NAME`. The value comes from standard input or is asked for, so no command line shows it.</summary>
internal static class SetSecret
{
    private static readonly Option<bool> Next = new("--next")
    {
        Description = "Keep it beside the current version until `headway secrets promote`.",
    };

    private static readonly Option<string[]> Service = Many("--service", "Service that is given it, or a pattern such as 'shop-*'.", "name");
    private static readonly Option<string[]> Environment = Many("--environment", "Environment whose instances are given it, or a pattern.", "name");

    private static readonly Option<string?> Jobs = new("--jobs")
    {
        Description = "Jobs that are given it: none, branches, or merge-requests (never of forks).", HelpName = "which",
    };

    private static readonly Option<string?> Expires = new("--expires")
    {
        Description = "Day from which on it is warned that it has expired: 2027-01-31.", HelpName = "date",
    };

    private static readonly Option<string?> From = new("--from")
    {
        Description = "Read it elsewhere when it is needed: file:PATH, environment:VARIABLE or vault:CONNECTION/MOUNT/PATH#FIELD.",
        HelpName = "place",
    };

    public static Command Build()
    {
        var name = SecretsCommand.Name();
        var command = new Command("set", "Keep a secret, or a new version of it; the value is read from standard input.")
        {
            name, Next, Service, Environment, Jobs, Expires, From,
        };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            var outside = Outside(result.GetValue(From));
            var wanted = new SecretWanted(result.GetValue(name)!, outside is null ? await SecretInput.ReadAsync(screen, stop) : null,
                result.GetValue(Next), ScopeOf(result), Date(result.GetValue(Expires)), outside);
            using var api = ApiClient.For(result);
            screen.Answer(await api.PostAsync<SecretView>(SecretsCommand.Path, wanted, stop), kept => SecretsCommand.Tell(screen, kept));
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command Scope()
    {
        var name = SecretsCommand.Name();
        var command = new Command("scope", "Change who is given a secret.") { name, Service, Environment, Jobs };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            var scope = ScopeOf(result) ?? throw new CliException(ExitCode.Usage, "Say who is given it.",
                "--service NAME with --environment NAME or --jobs branches; it replaces the scope of before.");
            using var api = ApiClient.For(result);
            screen.Answer(await api.PostAsync<SecretView>($"{SecretsCommand.Path}/scope",
                new SecretScopeWanted(result.GetValue(name)!, scope), stop), kept => SecretsCommand.Tell(screen, kept));
            return ExitCode.Ok;
        });
        return command;
    }

    private static SecretScope? ScopeOf(ParseResult result)
    {
        var (services, environments, jobs) = (result.GetValue(Service) ?? [], result.GetValue(Environment) ?? [], result.GetValue(Jobs));
        return services.Length == 0 && environments.Length == 0 && jobs is null ? null : new([.. services], [.. environments], jobs switch
        {
            null or "none" => JobReach.None,
            "branches" => JobReach.Branches,
            "merge-requests" => JobReach.MergeRequests,
            _ => throw new CliException(ExitCode.Usage, $"`{jobs}` names no jobs.", "One of none, branches, merge-requests."),
        });
    }

    private static DateTimeOffset? Date(string? written) => written is null ? null
        : DateTimeOffset.TryParseExact(written, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date : throw new CliException(ExitCode.Usage, $"`{written}` is no date.", "Write it like 2027-01-31.");

    private static SecretOutside? Outside(string? written)
    {
        if (written is null) return null;
        var parts = written.Split(':', 2);
        if (parts is ["file" or "environment", { Length: > 0 } at]) return new(parts[0], at);
        if (parts is ["vault", var rest] && rest.Split('/', 2) is [{ Length: > 0 } connection, { Length: > 0 } path]
            && path.LastIndexOf('#') is > 0 and var hash)
            return new("vault", path[..hash], path[(hash + 1)..], connection);
        throw new CliException(ExitCode.Usage, $"`{written}` is no place of a secret.",
            "file:/run/keys/db, environment:HEADWAY_SECRET_DB, or vault:CONNECTION/secret/shop/db#password.");
    }

    private static Option<string[]> Many(string name, string says, string help) =>
        new(name) { Description = says, HelpName = help };
}

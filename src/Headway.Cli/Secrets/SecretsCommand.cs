using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.Secrets;

namespace Headway.Cli.Secrets;

/// <summary>`headway secrets`: what jobs and instances are given. Values go in and never come out.</summary>
internal static class SecretsCommand
{
    internal const string Path = "api/v1/secrets";

    public static Command Build() => new("secrets", "Secrets that jobs and instances are given; values are never shown.")
    {
        List(), SetSecret.Build(), Show(), Status(), History(),
        Change("promote", "Make the next version current; the current one becomes the previous.",
            "What runs keeps its version until it is restarted: `headway secrets restart NAME`."),
        Change("rollback", "Make the previous version current again.", null),
        Change("retire", "Destroy the value of the previous version.", null),
        SetSecret.Scope(), Restart(), Delete(), RotateKey(),
    };

    internal static Argument<string> Name() => new("name") { Description = "Name of the secret, such as shared/npm." };

    internal static string At(string what, string name) => $"{Path}{what}?name={Uri.EscapeDataString(name)}";

    internal static void Tell(Screen screen, SecretView secret)
    {
        var scope = secret.Scope;
        var jobs = scope.Jobs is Core.Secrets.JobReach.None ? "" : $", jobs of {Words(scope.Jobs)}";
        screen.Line($"{secret.Name,-30} version {secret.Versions.Current?.ToString() ?? "-",-4} "
            + $"{string.Join(',', scope.Services)} in {(scope.Environments.IsEmpty ? "no environment" : string.Join(',', scope.Environments))}{jobs}");
        foreach (var warning in secret.Warnings) screen.Line($"  {warning}");
    }

    private static string Words(Core.Secrets.JobReach jobs) =>
        jobs is Core.Secrets.JobReach.Branches ? "the branch" : "the branch and of merge requests";

    private static Command List()
    {
        var command = new Command("list", "List secrets: names, scopes and versions.");
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            screen.Answer(await api.GetAsync<SecretView[]>(Path, stop), secrets =>
            {
                if (secrets.Length == 0) screen.Line("There is no secret. `headway secrets set NAME` makes one.");
                foreach (var secret in secrets) Tell(screen, secret);
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Show() => Asking("show", "Show what is known of a secret: never its value.", async (api, screen, name, stop) =>
        screen.Answer(await api.GetAsync<SecretView>(At("/one", name), stop), secret =>
        {
            Tell(screen, secret);
            foreach (var kept in secret.Kept)
                screen.Line($"  version {kept.Number} ({kept.Is}): set {kept.SetAt:yyyy-MM-dd HH:mm} by {kept.By}"
                    + (kept.ExpiresAt is { } end ? $", expires {end:yyyy-MM-dd}" : "")
                    + (kept.Outside is { } outside ? $", read from {outside.Driver}: {outside.Connection} {outside.At} {outside.Field}".TrimEnd()
                        : $", sealed with key {kept.Key}"));
        }));

    private static Command Status() => Asking("status", "Show which instances run with which version.", async (api, screen, name, stop) =>
        screen.Answer(await api.GetAsync<SecretStatusView>(At("/status", name), stop), status =>
        {
            Tell(screen, status.Secret);
            foreach (var holder in status.Holders)
                screen.Line($"  version {holder.Version}  {holder.Instance} on {holder.Node} ({holder.Lane}, {holder.Release})");
            if (status.Holders.IsEmpty) screen.Line("  No instance runs with it.");
            foreach (var says in status.Says) screen.Line(says);
        }));

    private static Command History() => Asking("history", "Show what happened to a secret, and who was given it when.", async (api, screen, name, stop) =>
        screen.Answer(await api.GetAsync<SecretMoment[]>(At("/history", name), stop), moments =>
        {
            foreach (var moment in moments) screen.Line($"{moment.At:yyyy-MM-dd HH:mm:ss}  {moment.Says}");
        }));

    private static Command Change(string what, string says, string? then) => Asking(what, says, async (api, screen, name, stop) =>
        screen.Answer(await api.PostAsync<SecretView>($"{Path}/change", new SecretChange(name, what), stop), secret =>
        {
            Tell(screen, secret);
            if (then is not null) screen.Line(then.Replace("NAME", name));
        }));

    private static Command Restart() => Asking("restart", "Replace the instances that use a secret, one by one.", async (api, screen, name, stop) =>
        screen.Answer(await api.PostAsync<SecretRestart>($"{Path}/restart", new SecretNamed(name), stop), restart =>
            screen.Line(restart.Lanes.IsEmpty ? $"No instance uses {name}."
                : $"Instances of {string.Join(", ", restart.Lanes)} are replaced one by one: `headway secrets status {name}`.")));

    private static Command Delete() => Asking("delete", "Forget a secret and destroy its values.", async (api, screen, name, stop) =>
    {
        await api.DeleteAsync(At("", name), stop);
        screen.Answer(new { deleted = name }, deleted => screen.Line($"{deleted.deleted} is deleted."));
    });

    private static Command RotateKey()
    {
        var command = new Command("rotate-key", "Make a new key, and wrap the keys of all secrets and connections with it.");
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            screen.Answer(await api.PostAsync<KeyRotated>($"{Path}/rotate-key", new { }, stop),
                rotated => screen.Line($"{rotated.Secrets} secrets are wrapped with the key {rotated.Key}. Copies of the store from "
                    + "before still need the old key."));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Asking(string what, string says, Func<ApiClient, Screen, string, CancellationToken, Task> ask)
    {
        var name = Name();
        var command = new Command(what, says) { name };
        command.SetAction(async (result, stop) =>
        {
            using var api = ApiClient.For(result);
            await ask(api, Screen.Of(result), result.GetValue(name)!, stop);
            return ExitCode.Ok;
        });
        return command;
    }
}

using System.CommandLine;
using System.Globalization;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core.Delivery;
using Headway.Server.Delivery;

namespace Headway.Cli.Delivery;

/// <summary>`headway freeze`: times in which nothing new comes.</summary>
internal static class FreezeCommand
{
    public static Command Build() => new("freeze", "Times in which nothing new comes into an environment; going back is always open.")
    {
        Add(), List(), Lift(),
    };

    private static Command Add()
    {
        var environments = new Argument<string[]>("environments") { Description = "Names or patterns such as production or prod*." };
        var services = new Option<string[]>("--services") { Description = "Only these (default: all).", HelpName = "patterns", AllowMultipleArgumentsPerToken = true };
        var from = new Option<string?>("--from") { Description = "When it begins (default: now).", HelpName = "time" };
        var until = new Option<string>("--until") { Description = "When it ends, such as 2026-12-24T18:00:00+01:00.", HelpName = "time", Required = true };
        var reason = new Option<string>("--reason") { Description = "Said to whoever waits.", HelpName = "text", Required = true };
        var name = new Option<string?>("--name") { Description = "Of its file in the state repo.", HelpName = "name" };
        var command = new Command("add", "Freeze environments; it is a commit to the state repo.") { environments, services, from, until, reason, name };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var wanted = new FreezeWanted(result.GetValue(name), result.GetValue(from) is { } begins ? Time("--from", begins) : null,
                Time("--until", result.GetValue(until)!), [.. result.GetValue(environments) ?? []], [.. result.GetValue(services) ?? []],
                result.GetValue(reason));
            screen.Answer(await api.PostAsync<Freeze>("api/v1/freezes", wanted, stop),
                freeze => screen.Line($"{freeze.Name} is in force until {freeze.Until:yyyy-MM-dd HH:mm zzz}. `headway freeze lift {freeze.Name}` ends it."));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "Freezes that are or will be in force.");
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            screen.Answer(await api.GetAsync<FreezesView>("api/v1/freezes", stop), all =>
            {
                if (all.Freezes.IsEmpty) screen.Line("Nothing is frozen.");
                foreach (var each in all.Freezes)
                    screen.Line($"{each.Name,-24} {Names(each.Environments)} of {Names(each.Services)}, {each.From:yyyy-MM-dd HH:mm} to {each.Until:yyyy-MM-dd HH:mm zzz}: {each.Why}");
                foreach (var problem in all.Problems) screen.Line($"  {problem}");
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Lift()
    {
        var name = new Argument<string>("name") { Description = "As `headway freeze list` shows it." };
        var reason = new Option<string?>("--reason") { Description = "Why; goes into the commit.", HelpName = "text" };
        var command = new Command("lift", "End a freeze.") { name, reason };
        command.SetAction(async (result, stop) =>
        {
            using var api = ApiClient.For(result);
            await api.DeleteAsync($"api/v1/freezes/{Uri.EscapeDataString(result.GetValue(name)!)}?reason={Uri.EscapeDataString(result.GetValue(reason) ?? "")}", stop);
            Screen.Of(result).Line($"{result.GetValue(name)} is lifted.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Names(System.Collections.Immutable.ImmutableArray<string> names) => names.IsDefaultOrEmpty ? "all" : string.Join(", ", names);

    private static DateTimeOffset Time(string option, string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
            : throw new CliException(ExitCode.Usage, $"{option} {text} is no time.", "Such as 2026-12-24T18:00:00+01:00.");
}

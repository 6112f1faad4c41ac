using System.Collections.Immutable;
using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core.Configuration;
using Headway.Server.Configuration;

namespace Headway.Cli.Configuration;

/// <summary>`headway config`: environment variables of a service, per environment, as commits of the state repo.</summary>
internal static class ConfigCommand
{
    private static readonly Argument<string> Service = new("service") { Description = "Name of the service." };

    private static readonly Option<string?> Environment = new("--environment") { Description = "Which environment (default: all).", HelpName = "name" };

    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; goes into the commit.", HelpName = "text" };

    public static Command Build() => new("config", "Environment variables of a service: what they are where, who wins, and changing them, which goes out like a release.")
    {
        List(), Explain(), Set(), Unset(),
    };

    private static Command List()
    {
        var command = new Command("list", "What is set, and where.") { Service, Environment };
        command.SetAction(async (result, stop) =>
        {
            var (screen, view) = await AskAsync(result, stop);
            screen.Answer(view, _ =>
            {
                foreach (var each in view.Environments)
                {
                    screen.Line($"{each.Environment}{(each.Version > 0 ? $" (c{each.Version})" : "")}");
                    foreach (var entry in each.Entries) screen.Line($"  {entry.Key}={entry.Value ?? "(a secret)"}    {entry.Place}");
                    if (!each.Missing.IsEmpty) screen.Line($"  missing: {string.Join(", ", each.Missing)}, which the environment before sets");
                }
                foreach (var problem in view.Problems) screen.Line($"  {problem}");
            });
            return view.Problems.IsEmpty && view.Environments.All(each => each.Missing.IsEmpty) ? ExitCode.Ok : ExitCode.No;
        });
        return command;
    }

    private static Command Explain()
    {
        var key = new Argument<string>("key") { Description = "Name of the variable." };
        var command = new Command("explain", "Every place that sets a variable, and which one wins.") { Service, key, Environment };
        command.SetAction(async (result, stop) =>
        {
            var (screen, view) = await AskAsync(result, stop);
            var found = view.Environments.ToImmutableDictionary(each => each.Environment, each => each.Entries.FirstOrDefault(entry => entry.Key == result.GetValue(key)));
            screen.Answer(found, _ =>
            {
                foreach (var each in view.Environments) Explain(screen, each.Environment, found[each.Environment]);
                screen.Note("The strongest last: run.env of headway.yaml, env of the environment there, config/SERVICE.yaml, config/SERVICE/ENVIRONMENT.yaml.");
            });
            return found.Values.All(entry => entry is null) ? ExitCode.No : ExitCode.Ok;
        });
        return command;
    }

    private static void Explain(Screen screen, string environment, ConfigurationEntry? entry)
    {
        screen.Line(entry is null ? $"{environment}: it is not set" : $"{environment}: {entry.Value ?? "(a secret)"}    from {entry.Place}");
        foreach (var weaker in entry?.Overrides ?? []) screen.Line($"    over {weaker.Value}    from {weaker.Place}");
    }

    private static Command Set()
    {
        var values = new Argument<string[]>("values") { Description = "KEY=VALUE, one or more.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("set", "Set variables; the environment they are for gets them by a rollout of its own.") { Service, values, Environment, Reason };
        command.SetAction(async (result, stop) => await ChangeAsync(result, (result.GetValue(values) ?? []).Select(text => text.Split('=', 2) is [{ Length: > 0 } key, var value]
            ? KeyValuePair.Create(key, (string?)value) : throw new CliException(ExitCode.Usage, $"`{text}` sets nothing.", "KEY=VALUE")), stop));
        return command;
    }

    private static Command Unset()
    {
        var keys = new Argument<string[]>("keys") { Description = "Names, one or more.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("unset", "Take variables out; weaker places hold again.") { Service, keys, Environment, Reason };
        command.SetAction(async (result, stop) => await ChangeAsync(result, (result.GetValue(keys) ?? []).Select(key => KeyValuePair.Create(key, (string?)null)), stop));
        return command;
    }

    private static async Task<int> ChangeAsync(ParseResult result, IEnumerable<KeyValuePair<string, string?>> values, CancellationToken stop)
    {
        var screen = Screen.Of(result);
        using var api = ApiClient.For(result);
        var ask = new ConfigurationAsk(result.GetValue(Environment), values.ToImmutableSortedDictionary(StringComparer.Ordinal), result.GetValue(Reason));
        var set = await api.PostAsync<ConfigurationSet>($"api/v1/config/{Uri.EscapeDataString(result.GetValue(Service)!)}", ask, stop);
        screen.Answer(set, _ =>
        {
            screen.Line(set.Commit is { } commit ? $"{set.Path} is changed ({commit[..8]})." : $"{set.Path} says so already.");
            foreach (var each in set.Now.Environments.Where(each => each.Version > 0)) screen.Line($"  {each.Environment}: c{each.Version}");
            if (set.Commit is not null) screen.Note($"It goes out like a release: `headway why {set.Now.Service}`.");
        });
        return ExitCode.Ok;
    }

    private static async Task<(Screen Screen, ConfigurationView View)> AskAsync(ParseResult result, CancellationToken stop)
    {
        using var api = ApiClient.For(result);
        var view = await api.GetAsync<ConfigurationView>($"api/v1/config/{Uri.EscapeDataString(result.GetValue(Service)!)}", stop);
        var only = result.GetValue(Environment);
        if (only is not null && view.Environments.All(each => each.Environment != only))
            throw new CliException(ExitCode.NotFound, $"{view.Service} has no environment `{only}`.", $"One of {string.Join(", ", view.Environments.Select(each => each.Environment))}.");
        return (Screen.Of(result), only is null ? view : view with { Environments = [.. view.Environments.Where(each => each.Environment == only)] });
    }
}

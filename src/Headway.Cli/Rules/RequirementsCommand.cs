using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Specs;
using Headway.Cli.Terminal;
using Headway.Server.Rules;

namespace Headway.Cli.Rules;

/// <summary>`headway requirements`: what every headway.yaml has to have, removable by no team.</summary>
internal static class RequirementsCommand
{
    public static Command Build() => new("requirements", "Say what every service has to have, and see what is missing.")
    {
        Set(), Show(), Check(),
    };

    private static Command Set()
    {
        var file = new Argument<string>("file") { Description = "The requirements; `-` requires nothing any more." };
        var command = new Command("set", "Set what is required; it takes the place of what was required before.") { file };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var path = result.GetValue(file)!;
            var text = path == "-" ? "" : await SpecFile.ReadAsync(path, stop);
            await api.PutAsync<RuleFile>("api/v1/requirements", new RuleFile(text, path), stop);
            var services = await CheckAsync(api, null, stop);
            screen.Answer(services, _ => Tell(screen, services));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Show()
    {
        var command = new Command("show", "Show what is required.");
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            screen.Answer(await api.GetAsync<RuleFile>("api/v1/requirements", stop), set =>
                screen.Line(set.Text.Length == 0 ? "Nothing is required." : set.Text.TrimEnd()));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Check()
    {
        var service = new Argument<string?>("service") { Description = "Only of this service.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("check", "Say what services lack, as of their newest run; fails when one does.") { service };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var services = await CheckAsync(api, result.GetValue(service), stop);
            screen.Answer(services, _ => Tell(screen, services));
            return services.All(each => each.Missing.IsEmpty) ? ExitCode.Ok : ExitCode.No;
        });
        return command;
    }

    private static Task<ServiceCheck[]> CheckAsync(ApiClient api, string? service, CancellationToken stop) =>
        api.GetAsync<ServiceCheck[]>("api/v1/requirements/check"
            + (service is null ? "" : $"?service={Uri.EscapeDataString(service)}"), stop);

    private static void Tell(Screen screen, ServiceCheck[] services)
    {
        if (services.Length == 0) screen.Line("No service has had a run yet.");
        foreach (var each in services)
        {
            screen.Line($"{each.Service} ({each.Run}): {(each.Missing.IsEmpty ? "has all that is required." : "")}".TrimEnd());
            foreach (var missing in each.Missing) screen.Line($"  {missing}");
        }
    }
}

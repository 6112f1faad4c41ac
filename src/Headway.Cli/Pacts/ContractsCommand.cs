using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core.Pacts;
using Headway.Server.Pacts;

namespace Headway.Cli.Pacts;

/// <summary>`headway contracts`: what services expect of each other, and whether a release keeps it.</summary>
internal static class ContractsCommand
{
    private static readonly Argument<string> Service = new("service") { Description = "Name of the service." };

    public static Command Build() => new("contracts", "Contracts between services: verified by their providers, kept by the gate.")
    {
        CanIDeploy(), Consumers(), Add(), VerifyCommand.Build(),
    };

    private static Command CanIDeploy()
    {
        var release = new Argument<string?>("release") { Description = "Which release (default: the newest).", Arity = ArgumentArity.ZeroOrOne };
        var to = new Option<string>("--to") { Description = "The environment.", HelpName = "environment", Required = true };
        var command = new Command("can-i-deploy", "Whether a release may run beside what runs in an environment.") { Service, release, to };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var id = result.GetValue(release) is { } named ? $"&release={Uri.EscapeDataString(named)}" : "";
            var answer = await api.GetAsync<CanDeploy>(
                $"{PathOf(result)}/can-i-deploy?to={Uri.EscapeDataString(result.GetValue(to)!)}{id}", stop);
            screen.Answer(answer, _ =>
            {
                screen.Line($"{(answer.Decision.Blocks ? "No" : "Yes")}. {answer.Decision.Says}");
                foreach (var row in answer.Decision.Rows)
                    screen.Line($"  {row.State.ToString().ToLowerInvariant(),-10} {row.Consumer} -> {row.Provider}: {row.Says}");
            });
            return answer.Decision.Blocks ? ExitCode.No : ExitCode.Ok;
        });
        return command;
    }

    private static Command Consumers()
    {
        var command = new Command("consumers", "What other services expect of this one, and where they run.") { Service };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var pacts = await api.GetAsync<PactToVerify[]>($"{PathOf(result)}/consumers", stop);
            screen.Answer(pacts, _ =>
            {
                if (pacts.Length == 0) screen.Line("No service expects anything of it, as far as their jobs have told.");
                foreach (var pact in pacts)
                    screen.Line($"{pact.Version,-28} {(pact.IsPending ? "runs nowhere yet" : $"runs in {string.Join(", ", pact.Environments)}")}");
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Add()
    {
        var release = new Argument<string>("release") { Description = "Id of the release." };
        var file = new Argument<string>("file") { Description = "A Pact file, or what `headway contracts verify` wrote." };
        var command = new Command("add", "Add a contract or a verification to a release that is made already.") { Service, release, file };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var (id, path) = (result.GetValue(release)!, result.GetValue(file)!);
            await api.SendFileAsync<object>($"{PathOf(result)}/results?release={Uri.EscapeDataString(id)}"
                + $"&path={Uri.EscapeDataString(Path.GetFileName(path))}", path, stop);
            screen.Answer(new { release = id, file = path }, _ => screen.Line($"{path} is now part of {id}."));
            return ExitCode.Ok;
        });
        return command;
    }

    private static string PathOf(ParseResult result) => $"api/v1/contracts/{Uri.EscapeDataString(result.GetValue(Service)!)}";
}

using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core.Pipelines;
using Headway.Server.Sources.Triggers;

namespace Headway.Cli.Sources;

/// <summary>`headway run SERVICE`: builds and tests now, without waiting for a push.</summary>
internal static class RunCommand
{
    public static Command Build()
    {
        var service = new Argument<string>("service") { Description = "Name of the service." };
        var commit = Text("--commit", "Full name of a commit.", "sha");
        var branch = Text("--branch", "A branch; only what is on the service's own branch is released.", "name");
        var tag = Text("--tag", "A tag.", "name");
        var command = new Command("run", "Start a run of a commit, a branch or a tag; without any, of the branch's tip.")
        {
            service, commit, branch, tag,
        };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var run = await api.PostAsync<RunState>(
                $"api/v1/services/{Uri.EscapeDataString(result.GetValue(service)!)}/runs",
                new RunWanted(result.GetValue(commit), result.GetValue(branch), result.GetValue(tag)), stop);
            screen.Answer(run, _ => screen.Line(
                $"Run {run.Id} of {run.Commit.Short} \"{run.Commit.Subject}\" has started."
                    + (run.Trigger is { MayRelease: false } ? " Nothing is released from it." : "")));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Option<string?> Text(string name, string says, string help) =>
        new(name) { Description = says, HelpName = help };
}

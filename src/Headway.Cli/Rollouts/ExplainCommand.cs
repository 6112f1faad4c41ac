using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core.Judging.Explanations;

namespace Headway.Cli.Rollouts;

/// <summary>`headway rollouts explain`: on what a rollout was judged, with the curve of the evidence.</summary>
internal static class ExplainCommand
{
    public static Command Build()
    {
        var id = RolloutsCommand.IdArgument();
        var svg = new Option<FileInfo?>("--svg") { Description = "Write the curve as a picture to this file.",
            HelpName = "path" };
        var command = new Command("explain", "Show on what a rollout was judged: curve, counts, routes, what a "
            + "rollback spared.")
        {
            id, svg,
        };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var rollout = await RolloutChoice.FindAsync(api, result.GetValue(id), stop);
            var explanation = await api.GetAsync<Explanation>(
                $"api/v1/rollouts/{Uri.EscapeDataString(rollout.State.Id)}/explanation", stop);
            if (result.GetValue(svg) is { } file)
            {
                await File.WriteAllTextAsync(file.FullName, CurvePicture.Of(explanation), stop);
                screen.Note($"The curve is in {file.FullName}.");
            }

            screen.Answer(explanation, e => ExplanationText.Show(screen, e));
            return ExitCode.Ok;
        });
        return command;
    }
}

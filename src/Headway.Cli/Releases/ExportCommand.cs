using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;

namespace Headway.Cli.Releases;

/// <summary>`headway release export ID -o FILE`: everything about a release, to be verified and kept elsewhere.</summary>
internal static class ExportCommand
{
    public static Command Build()
    {
        var id = ReleaseCommand.Id();
        var output = new Option<string?>("--output", "-o") { Description = "The file; otherwise RELEASE.oci.tar here." };
        var command = new Command("export", "Write a release and all that is said about it into one file.") { id, output };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            var file = result.GetValue(output) ?? $"{result.GetValue(id)}.oci.tar";
            using var api = ApiClient.For(result);
            var bytes = await api.DownloadAsync($"{ReleaseCommand.PathOf(result.GetValue(id)!)}/export", file, stop);
            screen.Answer(new { file, bytes }, written => screen.Line(
                $"{written.file} has {written.bytes} bytes. `headway release verify {written.file} --key FILE` checks it."));
            return ExitCode.Ok;
        });
        return command;
    }
}

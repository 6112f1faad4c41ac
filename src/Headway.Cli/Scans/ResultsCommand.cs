using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.Scans;

namespace Headway.Cli.Scans;

/// <summary>`headway scans add` and `rescan`: what is learned of a release after it was made.</summary>
internal static class ResultsCommand
{
    private static readonly Argument<string> Release = new("release") { Description = "Id of the release." };

    public static Command Add()
    {
        var file = new Argument<string>("file") { Description = "Result of a scanner, in any form that jobs may write." };
        var command = new Command("add", "Add the result of a scan to a release that is made already.") { Release, file };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var (release, path) = (result.GetValue(Release)!, result.GetValue(file)!);
            var taken = await api.SendFileAsync<ResultTaken>($"{PathOf(release, "results")}&path={Uri.EscapeDataString(Path.GetFileName(path))}", path, stop);
            screen.Answer(taken, _ => screen.Line(taken.NotScanned is { } not ? $"{taken.Format}: no evidence. {not}"
                : $"{taken.Format} with {taken.Findings} findings is now part of {release}."));
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command Rescan()
    {
        var file = new Argument<string>("advisories") { Description = "OSV advisories: one, a JSON list, or one a line." };
        var command = new Command("rescan", "Compare a release's bill of materials with new advisories.") { Release, file };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var release = result.GetValue(Release)!;
            var taken = await api.SendFileAsync<ResultTaken>(PathOf(release, "rescan"), result.GetValue(file)!, stop);
            screen.Answer(taken, _ => screen.Line(taken.Findings == 0 ? $"None of the advisories is about what is in {release}."
                : $"{taken.Findings} findings are now part of {release}."));
            return taken.Findings == 0 ? ExitCode.Ok : ExitCode.No;
        });
        return command;
    }

    /// <summary>The name of a release begins with the name of its service and its number.</summary>
    private static string PathOf(string release, string what)
    {
        var parts = release.Split('-');
        return parts.Length < 3 ? throw new CliException(ExitCode.Usage, $"`{release}` is not the id of a release.",
                "`headway releases` lists them.")
            : $"{ScansCommand.PathOf(string.Join('-', parts[..^2]))}/{what}?release={Uri.EscapeDataString(release)}";
    }
}

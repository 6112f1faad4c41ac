using System.CommandLine;
using Headway.Cli.Terminal;

namespace Headway.Cli.Scans;

/// <summary>`headway scans dependencies`: what a job of `scan: dependencies` runs; works on any folder.</summary>
internal static class DependenciesCommand
{
    public static Command Build()
    {
        var folder = new Option<string>("--folder") { Description = "Root of the source.", HelpName = "path", DefaultValueFactory = _ => "." };
        var command = new Command("dependencies", "Ask NuGet and npm for advisories about what the source depends on.") { folder };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            var root = Path.GetFullPath(result.GetValue(folder)!);
            var scanned = await new DependencyScan(root).RunAsync(screen.Note, stop);
            screen.Answer(scanned, _ =>
            {
                foreach (var each in scanned)
                    screen.Line(each.NotScanned is { } not ? $"{each.What} could not be scanned: {not}"
                        : $"{each.What}: {each.Findings} findings");
            });
            // Findings are for the gate to decide; what could not be scanned is told by its result as well.
            return ExitCode.Ok;
        });
        return command;
    }
}

/// <param name="What">Project or lock file, relative to the root.</param>
internal sealed record Scanned(string What, int Findings, string? NotScanned);

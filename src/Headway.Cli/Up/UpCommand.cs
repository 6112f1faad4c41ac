using System.CommandLine;
using System.Diagnostics;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.Host;

namespace Headway.Cli.Up;

/// <summary>`headway up`: server, node and runner here, carrying this repository's commits from now on.</summary>
internal static class UpCommand
{
    public static Command Build()
    {
        var listen = new Option<string>("--listen")
        {
            Description = "Address of the server and its page.", HelpName = "url",
            DefaultValueFactory = _ => ServerOptions.DefaultUrl,
        };
        var source = new Option<string?>("--source")
        {
            Description = "Repository to carry (default: the one you are in).", HelpName = "path or url",
        };
        var branch = new Option<string?>("--branch") { Description = "Branch to carry (default: the one checked out).", HelpName = "name" };
        var command = new Command("up", "Start Headway on this machine and carry this repository's commits.") { listen, source, branch };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            await using var local = await LocalHeadway.StartAsync(Globals.DataFolder(result), result.GetValue(listen)!, stop);
            using var api = new ApiClient(local.Server);
            var repository = result.GetValue(source) ?? GitRoot()
                ?? throw new CliException(ExitCode.Usage, "This folder is not in a git repository.",
                    "Change into one, or name one with --source.");
            var service = (await api.PostAsync("api/v1/services",
                new { source = repository, branch = result.GetValue(branch) ?? Branch(repository) }, stop)).GetProperty("name").GetString()!;
            screen.Line($"Headway carries {service} from {repository}.");
            var link = await api.PostAsync("api/v1/tokens/link", null, stop);
            screen.Line($"Page: {link.GetProperty("url").GetString()}  (signs you in once; later {local.Server.Address})");
            screen.Line("Ctrl-C stops everything here.");
            await FollowAsync(local, screen, stop);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task FollowAsync(LocalHeadway local, Screen screen, CancellationToken stop)
    {
        try
        {
            while (local.Ended() is null)
                await Task.Delay(TimeSpan.FromSeconds(1), stop);
            throw new CliException(ExitCode.No, $"The {local.Ended()} has ended by itself.", "See the log in the data folder.");
        }
        catch (OperationCanceledException)
        {
            screen.Line("Stopping.");
        }
    }

    private static string? GitRoot() => Git(Environment.CurrentDirectory, "rev-parse", "--show-toplevel");

    private static string? Branch(string repository) =>
        Directory.Exists(repository) ? Git(repository, "symbolic-ref", "--short", "HEAD") : null;

    private static string? Git(string folder, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["-C", folder, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var says = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return git.ExitCode == 0 && says.Length > 0 ? says : null;
    }
}

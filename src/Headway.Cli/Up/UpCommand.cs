using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Processes;
using Headway.Cli.Status;
using Headway.Cli.Terminal;
using Headway.Server.Host;

namespace Headway.Cli.Up;

/// <summary>
/// `headway up`: server, node and runner here, carrying this repository's commits from now on. Where Headway runs
/// already, the repository is added to what it carries.
/// </summary>
internal static class UpCommand
{
    private static readonly Option<string> Listen = new("--listen")
    {
        Description = "Address of the server and its page.", HelpName = "url", DefaultValueFactory = _ =>
            ServerOptions.DefaultUrl,
    };

    private static readonly Option<string?> From = new("--source")
    {
        Description = "Repository to carry (default: the one you are in).", HelpName = "path or url",
    };

    private static readonly Option<string?> Branch = new("--branch")
    {
        Description = "Branch to carry (default: the one checked out).", HelpName = "name",
    };

    public static Command Build()
    {
        var command = new Command("up", "Start Headway on this machine and carry this repository's commits.")
        {
            Listen, From, Branch, OtlpOptions.Http, OtlpOptions.Grpc,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult result, CancellationToken stop)
    {
        var screen = Screen.Of(result);
        var data = Globals.DataFolder(result);
        var source = await Source.FindAsync(result.GetValue(From), result.GetValue(Branch), stop);
        if (await LocalHeadway.RunningAsync(data, stop) is { } running)
        {
            using var there = new ApiClient(running);
            await CarryAsync(there, source, screen, stop);
            screen.Line($"Headway runs already at {running.Address}: `headway status` shows more.");
            return ExitCode.Ok;
        }
        await using var local = await LocalHeadway.StartAsync(
            data, result.GetValue(Listen)!, OtlpOptions.Of(result), stop);
        using var api = new ApiClient(local.Server);
        await CarryAsync(api, source, screen, stop);
        var link = await api.PostAsync("api/v1/tokens/link", null, stop);
        screen.Line($"Page: {link.GetProperty("url").GetString()}  (signs you in once; later {local.Server.Address})");
        screen.Line("Ctrl-C stops everything here.");
        await FollowAsync(local, api, screen, stop);
        return ExitCode.Ok;
    }

    private static async Task CarryAsync(ApiClient api, Source source, Screen screen, CancellationToken stop)
    {
        var service = await api.PostAsync("api/v1/services", new { source = source.Address, branch = source.Branch },
            stop);
        screen.Line($"Headway carries {service.GetProperty("name").GetString()} from {source.Address} "
            + $"({service.GetProperty("branch").GetString()}).");
    }

    private static async Task FollowAsync(LocalHeadway local, ApiClient api, Screen screen, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var telling = TellAsync(api, screen, ended.Token);
        try
        {
            while (local.Ended() is null) await Task.Delay(TimeSpan.FromSeconds(1), stop);
            throw new CliException(ExitCode.No, $"The {local.Ended()} has ended by itself.",
                $"See {local.LogOf(local.Ended()!)}.");
        }
        catch (OperationCanceledException)
        {
            screen.Line("Stopping.");
        }
        finally
        {
            await ended.CancelAsync();
            await telling;
        }
    }

    /// <summary>What happens, as it happens. It is only a view: when it loses the server it looks again.</summary>
    private static async Task TellAsync(ApiClient api, Screen screen, CancellationToken stop)
    {
        var story = new Story(DateTimeOffset.UtcNow.AddMinutes(-1));
        while (!stop.IsCancellationRequested)
            try
            {
                await foreach (var status in api.StatusesAsync(stop))
                    foreach (var line in story.Next(status)) screen.Tell($"{DateTime.Now:HH:mm:ss}  ", line);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
            }
            catch (Exception away) when (away is CliException or IOException or HttpRequestException)
            {
                await Task.Delay(500, CancellationToken.None);
            }
    }
}

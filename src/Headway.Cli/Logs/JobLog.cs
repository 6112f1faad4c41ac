using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core.Pipelines;
using Headway.Server.Pipelines;

namespace Headway.Cli.Logs;

/// <summary>`headway logs RUN/JOB`: what a job of a pipeline wrote, as it grows, or searched.</summary>
internal sealed class JobLog
{
    /// <summary>A server that restarts is back by then.</summary>
    private const int MostTries = 60;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Option<string?> _grep = new("--grep")
    {
        Description = "Only lines of a job, or of all jobs of a run, that have this text, over all attempts.", HelpName = "text",
    };

    private readonly Option<int?> _attempt = new("--attempt")
    {
        Description = "Which attempt of a job (default: the last one).", HelpName = "n",
    };

    private readonly Option<string?> _beside = new("--beside")
    {
        Description = "What this service beside the job wrote, such as db.", HelpName = "name",
    };

    private readonly Option<bool> _timestamps = new("--timestamps") { Description = "When each line of a job arrived." };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _grep, _attempt, _beside, _timestamps }) command.Add(option);
    }

    /// <param name="path">`RUN/JOB`, or `RUN` alone for a search.</param>
    public async Task<int> PrintAsync(ParseResult result, string path, (int Limit, bool Follow) how, CancellationToken stop)
    {
        var screen = Screen.Of(result);
        using var api = ApiClient.For(result);
        var parts = path.Split('/');
        if (result.GetValue(_grep) is { } text && parts is [var run, .. var job] && job.Length < 2)
            return await SearchAsync(screen, api, $"api/v1/runs/{Uri.EscapeDataString(run)}/log?limit={how.Limit}"
                + $"&grep={Uri.EscapeDataString(text)}" + string.Concat(job.Select(each => $"&job={Uri.EscapeDataString(each)}")), stop);
        if (parts is not [var of, var name])
            throw new CliException(ExitCode.Usage, $"`{path}` names no job.", "Write RUN/JOB, such as shop-3/test.");
        var address = $"api/v1/runs/{Uri.EscapeDataString(of)}/jobs/{Uri.EscapeDataString(name)}/log{Query(result)}";
        if (how.Follow) return await FollowAsync(screen, api, address, stop);
        var all = await api.TextAsync(address, stop);
        screen.Answer(new { job = path, text = all }, _ => screen.Out.Write(all));
        if (all.Length == 0 && !screen.Json) screen.Note(await WhyEmptyAsync(api, of, name, stop));
        return ExitCode.Ok;
    }

    private static async Task<string> WhyEmptyAsync(ApiClient api, string run, string name, CancellationToken stop)
    {
        var state = await api.GetAsync<RunState>($"api/v1/runs/{Uri.EscapeDataString(run)}", stop);
        return state.Job(name) switch
        {
            { Phase: JobPhase.Skipped } job => $"{name} was skipped, so it wrote nothing. {job.Why}",
            { Attempt: 0, Reuses: null } => $"{name} has not run, so it wrote nothing.",
            _ => $"{name} wrote nothing that is asked for here.",
        };
    }

    private string Query(ParseResult result) => $"?timestamps={(result.GetValue(_timestamps) ? "true" : "false")}"
        + (result.GetValue(_attempt) is { } attempt ? $"&attempt={attempt}" : "")
        + (result.GetValue(_beside) is { } beside ? $"&beside={Uri.EscapeDataString(beside)}" : "");

    private static async Task<int> SearchAsync(Screen screen, ApiClient api, string address, CancellationToken stop)
    {
        var found = await api.GetAsync<FoundLines>(address, stop);
        screen.Answer(found, _ =>
        {
            foreach (var line in found.Lines)
                screen.Line($"{line.Job}{(line.Beside is { } beside ? $"/{beside}" : "")}.{line.Attempt}:{line.Line}: {line.Text}");
            if (found.More) screen.Note("There is more: search for a longer text, or raise --limit.");
        });
        return found.Lines.Count > 0 ? ExitCode.Ok : ExitCode.No;
    }

    /// <summary>Goes on where it was when the server goes away and comes back.</summary>
    private static async Task<int> FollowAsync(Screen screen, ApiClient api, string address, CancellationToken stop)
    {
        string? last = null;
        for (var tries = 0; ;)
        {
            try
            {
                await foreach (var item in api.EventsAsync($"{address}&follow=true{(last is null ? "" : $"&after={last}")}", stop))
                {
                    tries = 0;
                    if (item.EventType == "end") return ExitCode.Ok;
                    if (item.EventType == "log") screen.Out.Write(item.Data);
                    last = item.EventId ?? last;
                }
            }
            catch (Exception lost) when (last is not null && !stop.IsCancellationRequested && tries < MostTries
                && lost is IOException or HttpRequestException or CliException { ExitCode: ExitCode.NoServer })
            {
                // The next try asks for what follows.
            }
            tries++;
            await Task.Delay(Pause, stop);
        }
    }
}

using System.CommandLine;
using System.Text.Json;
using Headway.Cli.Api;
using Headway.Cli.Status;
using Headway.Cli.Terminal;
using Headway.Core;
using Headway.Core.Pipelines;
using Headway.Core.Waiting;

namespace Headway.Cli.Pipelines;

/// <summary>`headway runs`: list, show, watch, and what a person may ask of one.</summary>
internal static class RunsCommand
{
    public static Command Build() => new("runs", "Look at pipeline runs, and cancel one or restart a job of one.")
    {
        List(),
        Show(),
        Watch(),
        Cancel(),
        Restart(),
    };

    private static Argument<string?> IdArgument() => new("run")
    {
        Description = "Id of the run, such as shop-12 (default: the newest).", Arity = ArgumentArity.ZeroOrOne,
    };

    private static Option<string?> Reason() =>
        new("--reason") { Description = "Why; goes into the record.", HelpName = "text" };

    private static Command List()
    {
        var service = new Option<string?>("--service") { Description = "Only of this service.", HelpName = "name" };
        var limit = new Option<int>("--limit") { Description = "At most so many, the newest first.",
            DefaultValueFactory = _ => 20 };
        var command = new Command("list", "List runs, the newest first.") { service, limit };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            screen.Answer(await ListAsync(api, result.GetValue(service), result.GetValue(limit), stop), runs =>
            {
                if (runs.Length == 0) screen.Line("There is no run yet.");
                foreach (var run in runs)
                    screen.Line($"{run.Id,-20} {Words.Ago(run.StartedAt),-14} {run.Commit.Short} "
                        + $"\"{run.Commit.Subject}\": {RunText.Outcome(run)}");
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Show()
    {
        var id = IdArgument();
        var command = new Command("show", "Show a run: its jobs, how each ended, how long it took, and why.") { id };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var run = await FindAsync(api, result.GetValue(id), stop);
            var waits = run.IsOpen && !run.AnyRunning && !screen.Json
                ? await api.GetAsync<Wait[]>($"api/v1/services/{Uri.EscapeDataString(run.Service)}/why", stop) : [];
            screen.Answer(run, _ =>
            {
                foreach (var line in RunText.Of(run, DateTimeOffset.UtcNow)) screen.Line(line);
                foreach (var wait in waits.Where(wait => wait.Subject == run.Id && wait.Unblocks is not null))
                    screen.Line($"{wait.Says} Unblocked by: {wait.Unblocks}");
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Watch()
    {
        var id = IdArgument();
        var command = new Command("watch", "Tell what happens in a run until it ends; fails when the run does.") { id };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var run = await FindAsync(api, result.GetValue(id), stop);
            var told = new HashSet<string>(StringComparer.Ordinal);
            await foreach (var item in api.EventsAsync($"api/v1/runs/{Uri.EscapeDataString(run.Id)}/events", stop))
            {
                run = JsonSerializer.Deserialize<RunState>(item.Data, Wire.Json)!;
                if (screen.Json) continue;
                foreach (var line in RunText.Jobs(run, DateTimeOffset.UtcNow, live: false).Where(told.Add)) screen.Line(line);
            }
            screen.Answer(run, _ => screen.Line(RunText.Outcome(run)));
            return run.Outcome is RunOutcome.Succeeded ? ExitCode.Ok : ExitCode.No;
        });
        return command;
    }

    private static Command Cancel()
    {
        var (id, reason) = (IdArgument(), Reason());
        var command = new Command("cancel", "End a run; jobs that run are stopped.") { id, reason };
        command.SetAction(async (result, stop) =>
        {
            using var api = ApiClient.For(result);
            var run = await FindAsync(api, result.GetValue(id), stop);
            return await AskAsync(result, api, $"{Uri.EscapeDataString(run.Id)}/cancel", result.GetValue(reason), stop);
        });
        return command;
    }

    private static Command Restart()
    {
        var id = new Argument<string>("run") { Description = "Id of the run, such as shop-12." };
        var job = new Argument<string>("job")
        {
            Description = "Name of the job; of a job with a matrix its name alone restarts the cells that failed.",
        };
        var reason = Reason();
        var command = new Command(
            "restart", "Run a job of a run that has ended again, whatever earlier results there are.") { id, job, reason };
        command.SetAction(async (result, stop) =>
        {
            using var api = ApiClient.For(result);
            var path = $"{Uri.EscapeDataString(result.GetValue(id)!)}/jobs/{Uri.EscapeDataString(result.GetValue(job)!)}/restart";
            return await AskAsync(result, api, path, result.GetValue(reason), stop);
        });
        return command;
    }

    private static async Task<int> AskAsync(
        ParseResult result, ApiClient api, string path, string? why, CancellationToken stop)
    {
        var screen = Screen.Of(result);
        screen.Answer(await api.PostAsync<RunState>($"api/v1/runs/{path}", new { why }, stop), run =>
            screen.Line($"{run.Id}: {RunText.Outcome(run)}"));
        return ExitCode.Ok;
    }

    private static async Task<RunState> FindAsync(ApiClient api, string? id, CancellationToken stop)
    {
        if (id is not null) return await api.GetAsync<RunState>($"api/v1/runs/{Uri.EscapeDataString(id)}", stop);
        return await ListAsync(api, null, 1, stop) is [var newest, ..] ? newest
            : throw new CliException(ExitCode.NotFound, "There is no run yet.", "Push a commit to a registered source.");
    }

    private static Task<RunState[]> ListAsync(ApiClient api, string? service, int limit, CancellationToken stop) =>
        api.GetAsync<RunState[]>($"api/v1/runs?limit={limit}"
            + (service is null ? "" : $"&service={Uri.EscapeDataString(service)}"), stop);
}

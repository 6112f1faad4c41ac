using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Status;
using Headway.Cli.Terminal;
using Headway.Server.Intent;

namespace Headway.Cli.Lanes;

/// <summary>`headway state`: what is wanted, as it stands in git.</summary>
internal static class StateCommand
{
    public static Command Build()
    {
        var command = new Command("state", "What is wanted of every service in every environment, as files in git.") 
        {
            Log(), Show(), Problems(), CloneUrl(), Remote(), StateCredential.Build(),
        };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            screen.Answer(await api.GetAsync<StateView>("api/v1/state", stop), state => Overview(screen, state));
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Overview(Screen screen, StateView state)
    {
        screen.Line(state.Head is { } head ? $"{state.Files} files at {head[..8]}" : "Nothing is wanted yet.");
        if (state.Remote is { } remote) screen.Line($"  kept at {remote.Url}, branch {remote.Branch}: push there");
        else screen.Line($"  {state.CloneUrl}   `headway state clone-url` says how to clone it; a commit that is pushed is obeyed");
        if (state.Trouble is { } trouble) screen.Line($"  {trouble}");
        foreach (var (lane, wish) in state.Waiting.OrderBy(each => each.Key, StringComparer.Ordinal))
            screen.Line($"  {lane}: {wish.By} wants {wish.Release} ({wish.Commit[..8]}); `headway why {lane.Split('/')[0]}` says what it waits for");
        Show(screen, state);
    }

    private static void Show(Screen screen, StateView state)
    {
        foreach (var problem in state.Problems)
            screen.Line($"  {problem.Path} is not obeyed: {problem.Says}{(problem.By is { } by ? $" ({by}, {problem.Commit?[..8]})" : "")}");
        if (state.MoreProblems > 0) screen.Line($"  and {state.MoreProblems} more");
    }

    private static Command CloneUrl()
    {
        var command = new Command("clone-url", "Show what `git clone` takes, and how it finds the token.");
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var state = await api.GetAsync<StateView>("api/v1/state", stop);
            var url = new Uri(api.Address, "git/state.git").ToString();
            var helper = StateCredential.Helper(result);
            screen.Answer(new { url, helper, remote = state.Remote }, _ =>
            {
                screen.Line(url);
                screen.Note($"git clone -c credential.helper= -c credential.helper='{helper}' {url}");
                if (state.Remote is { } remote) screen.Note($"It is kept at {remote.Url}, branch {remote.Branch}: push there.");
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Remote()
    {
        var url = new Argument<string?>("url") { Description = "Of the repository: file, http, https or ssh.", Arity = ArgumentArity.ZeroOrOne };
        var branch = new Option<string>("--branch") { Description = "Its branch.", HelpName = "name", DefaultValueFactory = _ => "main" };
        var none = new Option<bool>("--none") { Description = "Keep it on this server alone." };
        var command = new Command("remote", "Keep the state repo in a repository elsewhere; without arguments, say where it is kept.")
        {
            url, branch, none,
        };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            if (result.GetValue(none)) await api.DeleteAsync("api/v1/state/remote", stop);
            var set = result.GetValue(url) is { } wanted
                ? await api.PutAsync<RemoteSetting>("api/v1/state/remote", new RemoteWanted(wanted, result.GetValue(branch)), stop)
                : (await api.GetAsync<StateView>("api/v1/state", stop)).Remote;
            screen.Answer(set, remote => screen.Line(remote is null ? "The state repo is kept on this server alone."
                : $"The state repo is kept at {remote.Url}, branch {remote.Branch}."));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Log()
    {
        var path = new Option<string?>("--path") { Description = "Only commits that touched this file or folder.", HelpName = "path" };
        var limit = new Option<int>("--limit") { Description = "How many at most.", HelpName = "n", DefaultValueFactory = _ => 20 };
        var command = new Command("log", "Who wanted what, when and why; the newest first.") { path, limit };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var only = result.GetValue(path) is { } wanted ? $"&path={Uri.EscapeDataString(wanted)}" : "";
            screen.Answer(await api.GetAsync<StateCommit[]>($"api/v1/state/log?limit={result.GetValue(limit)}{only}", stop), all =>
            {
                foreach (var each in all) screen.Line($"{each.Commit[..8]}  {Words.Ago(each.At),-14} {each.By,-12} {each.Subject}");
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Show()
    {
        var path = new Argument<string>("path") { Description = "Such as services/shop/production.yaml." };
        var command = new Command("show", "Show a file as it is in force.") { path };
        command.SetAction(async (result, stop) =>
        {
            using var api = ApiClient.For(result);
            var text = await api.TextAsync($"api/v1/state/files/{string.Join('/', result.GetValue(path)!.Split('/').Select(Uri.EscapeDataString))}", stop);
            Screen.Of(result).Answer(new StateFileText(result.GetValue(path)!, text), file => Console.Out.Write(file.Text));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Problems()
    {
        var command = new Command("problems", "Files that are not obeyed as they are; exits with 1 when there is one.");
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var state = await api.GetAsync<StateView>("api/v1/state", stop);
            screen.Answer(state.Problems, all =>
            {
                if (all.IsEmpty) screen.Line("Every file is obeyed.");
                Show(screen, state);
            });
            return state.Problems.IsEmpty ? ExitCode.Ok : ExitCode.No;
        });
        return command;
    }

    private sealed record StateFileText(string Path, string Text);
}

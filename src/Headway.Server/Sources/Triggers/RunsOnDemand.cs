using Headway.Core.Pipelines;
using Headway.Server.Sources.Hosts;

namespace Headway.Server.Sources.Triggers;

/// <summary>What a person wants to be built; at most one of the three, and the tip of the branch without any.</summary>
public sealed record RunWanted(string? Commit = null, string? Branch = null, string? Tag = null);

/// <param name="Problem">Why there is no run, or null.</param>
public sealed record RunAnswer(RunState? Run, int Status, string? Problem)
{
    public static RunAnswer Refused(int status, string says) => new(null, status, says);
}

/// <summary>Starts a run because a person asked.</summary>
public sealed class RunsOnDemand(ServiceBook services, SourceMirrors mirrors, CommitCarrying carrying)
{
    public async Task<RunAnswer> StartAsync(string name, RunWanted wanted, string by, CancellationToken stop)
    {
        if (services.Find(name) is not { } service) return RunAnswer.Refused(404, $"No service is called {name}.");
        if (ProblemOf(wanted) is { } wrong) return RunAnswer.Refused(400, wrong);
        var mirror = mirrors.Of(service.Source, service.Branch);
        var answer = RunAnswer.Refused(500, "");
        try
        {
            await mirror.AloneAsync(async () => answer = await StartAsync(service, mirror, wanted, by, stop), stop);
        }
        catch (Exception e) when (e is GitFailedException or HostSilentException)
        {
            return RunAnswer.Refused(422, $"{service.Source}: {e.Message}");
        }
        return answer;
    }

    private async Task<RunAnswer> StartAsync(
        WatchedService service, GitMirror mirror, RunWanted wanted, string by, CancellationToken stop)
    {
        var tip = await mirror.FetchAsync(stop);
        if (await FindAsync(mirror, wanted, tip, stop) is not { } sha)
            return RunAnswer.Refused(422, "What it names is not a commit.");
        var commit = await mirror.CommitAsync(sha, stop);
        var (spec, refused) = await carrying.ReadAsync(service, mirror, sha, stop);
        if (spec is null) return RunAnswer.Refused(422, refused!);
        var trigger = new RunTrigger(TriggerKind.Manual, wanted.Branch ?? service.Branch)
        {
            Tag = wanted.Tag, By = by, ChecksOnly = !await mirror.FollowsAsync(sha, tip, stop),
        };
        var run = await carrying.StartAsync(service, mirror, commit, spec, trigger, stop);
        return run is null ? RunAnswer.Refused(409, services.Find(service.Name)!.RefusedBeside[^1].Says)
            : new(run, 201, null);
    }

    private static async Task<string?> FindAsync(
        GitMirror mirror, RunWanted wanted, string tip, CancellationToken stop)
    {
        var full = wanted.Branch is { } branch ? $"refs/heads/{branch}"
            : wanted.Tag is { } tag ? $"refs/tags/{tag}" : null;
        if (full is not null) return await mirror.FetchAsync(full, RefName.Of(full)!.KeptAs, stop);
        if (wanted.Commit is not { } commit) return tip;
        var keptAs = $"refs/headway/asked/{commit}";
        if (!await mirror.HasAsync(commit, stop)) return await mirror.FetchAsync(commit, keptAs, stop);
        await mirror.KeepAsync(commit, keptAs, stop);
        return commit;
    }

    private static string? ProblemOf(RunWanted wanted)
    {
        string?[] given = [wanted.Commit, wanted.Branch, wanted.Tag];
        if (given.Count(each => each is not null) > 1) return "A run is of a commit, a branch or a tag: give one of them.";
        if (wanted.Commit is { } commit && (commit.Length is not (40 or 64) || !commit.All(char.IsAsciiHexDigitLower)))
            return $"`{commit}` is not the full name of a commit, as `git rev-parse` prints it.";
        return (wanted.Branch ?? wanted.Tag) is { } name && (name.Length == 0 || SourceAddress.BranchProblemOf(name) is not null)
            ? $"`{name}` is not the name of a branch or tag." : null;
    }
}

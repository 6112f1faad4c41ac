using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Core.SupplyChain;
using Headway.Server.Pipelines;
using Headway.Server.Rules;
using Headway.Server.Specs;

namespace Headway.Server.Sources;

/// <summary>Brings the tip of a service's branch into the record: as a run, or as a refusal that says why.</summary>
public sealed class CommitCarrying(
    ServiceBook services, RunBook runs, SpecRules rules, SourceGate gate, SourceOptions options)
{
    private const int CharactersToBytes = 4;

    /// <summary>Every commit since the last one is recorded; the newest alone is carried.</summary>
    public async Task CarryAsync(string name, GitMirror mirror, CancellationToken stop)
    {
        var service = services.Find(name)!;
        var tip = await mirror.FetchAsync(stop);
        if (tip == service.Tip) return;
        var commits = await mirror.CommitsAsync(service.Tip, tip, stop);
        var rewritten = service.Tip is { } old && !await mirror.FollowsAsync(old, tip, stop)
            ? ImmutableArray.Create<ServiceEvent>(new ServiceEvent.BranchRewritten(old, tip)) : [];
        var passed = commits[..^1].Select(commit => (ServiceEvent)new ServiceEvent.CommitSeen(commit, null));
        ImmutableArray<ServiceEvent> before = [.. rewritten, .. passed];
        var (spec, refused) = await ReadAsync(service, mirror, tip, stop);
        refused ??= await gate.WhyRefusedAsync(service, mirror, tip, spec!, stop);
        if (refused is not null)
            await services.AppendAsync(name, [.. before, .. Refusal(commits[^1], refused)], stop);
        else if (spec!.Supply?.Builds is BuildsWhere.Elsewhere || spec.On is { Push: false })
            await services.AppendAsync(name, [.. before, new ServiceEvent.CommitSeen(commits[^1], null)], stop);
        else if (await WhyUntouchedAsync(service, mirror, commits[^1], spec, stop) is { } untouched)
            await services.AppendAsync(
                name, [.. before, new ServiceEvent.CommitSeen(commits[^1], null) { Skipped = untouched }], stop);
        else
            await runs.StartAsync(service, commits[^1], spec, await TriggerAsync(service, mirror, tip, stop), before, stop);
    }

    /// <summary>
    /// Starts what something else than a push to the branch asks for, or records why not. What may end in a release is
    /// held to the same rules as a push.
    /// </summary>
    public async Task<RunState?> StartAsync(
        WatchedService service, GitMirror mirror, Commit commit, ServiceSpec spec, RunTrigger trigger,
            CancellationToken stop)
    {
        if (await gate.WhyRefusedAsync(service, mirror, commit.Sha, spec, stop, trigger.MayRelease) is { } says)
        {
            await RefuseAsync(service, commit, trigger, says, stop);
            return null;
        }
        return await runs.StartAsync(services.Find(service.Name)!, commit, spec, trigger, [], stop);
    }

    public Task RefuseAsync(
        WatchedService service, Commit commit, RunTrigger trigger, string says, CancellationToken stop) =>
        services.AppendAsync(service.Name, [new ServiceEvent.TriggerRefused(trigger, commit, says)], stop);

    private async Task<RunTrigger> TriggerAsync(
        WatchedService service, GitMirror mirror, string tip, CancellationToken stop)
    {
        var from = CarriedCommits.BaseOfJobs(runs.Of(service.Name), service.Branch);
        return new(TriggerKind.Push, service.Branch)
        {
            Base = from, Changed = from is null ? null : await mirror.ChangedAsync(from, tip, stop),
        };
    }

    /// <summary>Why the commit is not built although nothing is wrong with it, or null.</summary>
    private async Task<string?> WhyUntouchedAsync(
        WatchedService service, GitMirror mirror, Commit commit, ServiceSpec spec, CancellationToken stop)
    {
        if (ServiceScope.Of(service.SpecPath, spec).IsEmpty) return null;
        var from = CarriedCommits.BaseOfRuns(runs.Of(service.Name), service.Branch);
        var changed = from is null ? null : await mirror.ChangedAsync(from, commit.Sha, stop);
        return ServiceScope.WhyUntouched(service.SpecPath, spec, changed, commit);
    }

    /// <summary>The specification in a commit, or everything that keeps it from being carried.</summary>
    public async Task<(ServiceSpec? Spec, string? Refused)> ReadAsync(
        WatchedService service, GitMirror mirror, string commit, CancellationToken stop)
    {
        if (await TreeCheck.ProblemOfAsync(mirror, options, commit, stop) is { } problem) return (null, problem);
        string? yaml;
        try
        {
            yaml = await mirror.ReadAsync(
                commit, service.SpecPath, SpecReader.LimitInCharacters * CharactersToBytes, stop);
        }
        catch (GitFailedException e)
        {
            return (null, $"{service.SpecPath} cannot be read: {e.Message}");
        }
        if (yaml is null)
            return (null, $"There is no file {service.SpecPath} in the commit: `headway init` writes one.");
        var reading = rules.Read(service.SpecPath, yaml);
        if (reading.Spec is not { } spec) return (null, reading.Says);
        if (rules.WhyRefused(spec) is { } missing) return (null, missing);
        return service.Name.Length == 0 || spec.Service == service.Name
            ? (spec, null)
            : (null, $"{service.SpecPath} is about `{spec.Service}`, "
                + $"but this source is registered as `{service.Name}`.");
    }

    private static ImmutableArray<ServiceEvent> Refusal(Commit commit, string says) =>
        [new ServiceEvent.CommitSeen(commit, null), new ServiceEvent.CommitRefused(commit, says)];
}

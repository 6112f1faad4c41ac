using System.Collections.Immutable;
using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Server.Pipelines;
using Headway.Server.Specs;

namespace Headway.Server.Sources;

/// <summary>Brings the tip of a service's branch into the record: as a run, or as a refusal that says why.</summary>
public sealed class CommitCarrying(ServiceBook services, RunBook runs, SourceOptions options)
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
        if (spec is null)
            await services.AppendAsync(name, [.. before, .. Refusal(commits[^1], refused!)], stop);
        else
            await runs.StartAsync(service, commits[^1], spec, before, stop);
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
        var reading = SpecReader.Read(service.SpecPath, yaml);
        if (reading.Spec is not { } spec) return (null, reading.Says);
        return service.Name.Length == 0 || spec.Service == service.Name
            ? (spec, null)
            : (null, $"{service.SpecPath} is about `{spec.Service}`, "
                + $"but this source is registered as `{service.Name}`.");
    }

    private static ImmutableArray<ServiceEvent> Refusal(Commit commit, string says) =>
        [new ServiceEvent.CommitSeen(commit, null), new ServiceEvent.CommitRefused(commit, says)];
}

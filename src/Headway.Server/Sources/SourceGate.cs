using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Server.Pipelines;
using Headway.Server.Scans;
using Headway.Server.Sources.Hosts;

namespace Headway.Server.Sources;

/// <summary>
/// Whether a commit may be carried by what `source:` asks for. Each commit since the last one that was carried is looked
/// at, so that none comes in behind one that was reviewed; and who loosens the rules is held to those before.
/// </summary>
public sealed class SourceGate(
    RunBook runs, RepositoryHosts hosts, CommitSigners signers, ChangeScanning secrets, IEnumerable<CommitPolicy> policies)
{
    /// <summary>Each is asked about at the host; more at once is a branch that was not looked at for a long time.</summary>
    public const int MostCommits = 50;

    /// <summary>Null when it may. Throws <see cref="HostSilentException"/> when the host does not say.</summary>
    /// <param name="mayRelease">A secret is looked for in every change, the rest only asked of what may go on to users.</param>
    public async Task<string?> WhyRefusedAsync(
        WatchedService service, GitMirror mirror, string commit, ServiceSpec spec, CancellationToken stop,
        bool mayRelease = true) =>
        await secrets.WhyRefusedAsync(service, mirror, commit, spec, stop)
            ?? (mayRelease ? await RulesAsync(service, mirror, commit, spec, stop) ?? await PolicyAsync(service, mirror, commit, spec, stop) : null);

    private async Task<string?> PolicyAsync(WatchedService service, GitMirror mirror, string commit, ServiceSpec spec, CancellationToken stop)
    {
        foreach (var policy in policies)
        {
            var from = CarriedCommits.BaseOfRuns(runs.Of(service.Name), service.Branch);
            var changed = from is null ? null : await mirror.ChangedAsync(from, commit, stop);
            if (await policy(spec, await mirror.CommitAsync(commit, stop), changed, stop) is { } says) return says;
        }
        return null;
    }

    private async Task<string?> RulesAsync(
        WatchedService service, GitMirror mirror, string commit, ServiceSpec spec, CancellationToken stop)
    {
        var last = runs.Of(service.Name).FirstOrDefault(run => run.Trigger?.MayRelease ?? true);
        var rules = (spec.Source ?? SourceRules.None).And(last?.Spec.Source ?? SourceRules.None);
        if (rules == SourceRules.None) return null;
        var commits = last?.Commit.Sha == commit ? [await mirror.CommitAsync(commit, stop)]
            : await mirror.CommitsAsync(last?.Commit.Sha, commit, stop);
        if (commits.Length > MostCommits)
            return $"{commits.Length} commits came since {last!.Commit.Short}, and at most {MostCommits} are verified at once.";
        var says = (rules.Signed ? await SignedAsync(mirror, commits, stop) : null)
            ?? (rules.AsksHost ? await HostAsync(service, commits, rules, stop) : null);
        return says is null ? null : $"`source:` in {service.SpecPath} asks for more: {says}.";
    }

    private async Task<string?> SignedAsync(GitMirror mirror, ImmutableArray<Commit> commits, CancellationToken stop)
    {
        foreach (var commit in commits)
            if (await signers.WhyRefusedAsync(mirror, commit.Sha, stop) is { } says) return says;
        return null;
    }

    private async Task<string?> HostAsync(
        WatchedService service, ImmutableArray<Commit> commits, SourceRules rules, CancellationToken stop)
    {
        if (hosts.Of(service) is not { } host)
            return "it cannot be verified, since no connection speaks for "
                + $"{service.Source} (`headway connections add --kind gitHub|gitLab|gitea`, and "
                + $"`headway sources link {service.Name}` where the address does not tell)";
        if (rules.Protected && !await host.IsProtectedAsync(service.Branch, stop))
            return $"the branch {service.Branch} is not protected at the host";
        if (rules.Reviews == 0) return null;
        foreach (var commit in commits)
            if (await ReviewsAsync(host, service.Branch, commit, rules.Reviews, stop) is { } says) return says;
        return null;
    }

    private static async Task<string?> ReviewsAsync(
        IRepositoryHost host, string branch, Commit commit, int wanted, CancellationToken stop)
    {
        var brought = await host.BroughtByAsync(commit.Sha, branch, stop);
        if (brought.IsEmpty) return $"{commit.Short} came to {branch} without a merge request, so nobody reviewed it";
        var best = brought.MaxBy(request => request.Approvers.Length)!;
        return best.Approvers.Length >= wanted ? null
            : $"merge request {best.Number}, which brought {commit.Short}, has {best.Approvers.Length} of {wanted} approvals";
    }
}

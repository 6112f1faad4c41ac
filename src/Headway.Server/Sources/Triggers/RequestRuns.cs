using System.Collections.Immutable;
using System.Globalization;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Server.Sources.Hosts;

namespace Headway.Server.Sources.Triggers;

/// <summary>
/// Starts the run of a merge request: on what the branch would be after the merge, by the specification of the branch.
/// What the request says about itself is built, and decides nothing.
/// </summary>
public sealed class RequestRuns(CommitCarrying carrying, RepositoryHosts hosts)
{
    private const int FilesNamed = 10;

    internal async Task StartAsync(
        WatchedService service, GitMirror mirror, (string Sha, ServiceSpec Spec) tip, RefName name,
            CancellationToken stop)
    {
        var number = int.Parse(name.Name, CultureInfo.InvariantCulture);
        var known = hosts.Of(service) is { } host ? await host.RequestAsync(number, stop) : null;
        if (known is { Open: false } || (known is not null && known.Branch != service.Branch)) return;
        var fromFork = known?.FromFork ?? true;
        if (fromFork && tip.Spec.On is { Requests: RequestsFrom.Members }) return;
        if (await mirror.FetchAsync(name.Full, name.KeptAs, stop) is not { } sha) return;
        var head = await mirror.CommitAsync(sha, stop);
        var trigger = new RunTrigger(TriggerKind.MergeRequest, service.Branch)
        {
            Base = tip.Sha, ChecksOnly = true,
            MergeRequest = new(number, head.Sha, known?.Author ?? head.Author, fromFork),
        };
        await StartAsync(service, mirror, tip, (head, trigger), stop);
    }

    private async Task StartAsync(
        WatchedService service, GitMirror mirror, (string Sha, ServiceSpec Spec) tip,
        (Commit Head, RunTrigger Trigger) request, CancellationToken stop)
    {
        var (head, trigger) = request;
        var subject = $"Merge request {trigger.MergeRequest!.Number} into {service.Branch}: {head.Subject}";
        MergeResult merged;
        try
        {
            merged = await MergeResult.OfAsync(mirror, tip.Sha, head, subject, stop);
        }
        catch (GitFailedException e)
        {
            await carrying.RefuseAsync(service, head, trigger, $"It cannot be merged into {service.Branch}: {e.Message}", stop);
            return;
        }
        if (merged.Commit is not { } sha)
        {
            await carrying.RefuseAsync(service, head, trigger, Conflict(service.Branch, merged.Conflicts), stop);
            return;
        }
        await mirror.KeepAsync(sha, $"refs/headway/merged/{trigger.MergeRequest.Number}", stop);
        // It is read to say what is wrong with it; what holds is the specification of the branch.
        var (_, refused) = await carrying.ReadAsync(service, mirror, sha, stop);
        if (refused is not null) await carrying.RefuseAsync(service, head, trigger, refused, stop);
        else
            await carrying.StartAsync(service, mirror, await mirror.CommitAsync(sha, stop), tip.Spec,
                trigger with { Changed = await mirror.ChangedAsync(tip.Sha, sha, stop) }, stop);
    }

    private static string Conflict(string branch, ImmutableArray<string> files) =>
        $"It conflicts with {branch} in {string.Join(", ", files.Take(FilesNamed))}"
            + (files.Length > FilesNamed ? $" and {files.Length - FilesNamed} more." : ".");
}

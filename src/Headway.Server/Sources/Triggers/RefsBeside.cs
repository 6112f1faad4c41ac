using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Services;
using Headway.Server.Storage;

namespace Headway.Server.Sources.Triggers;

/// <summary>
/// Looks at tags, further branches and merge requests, and starts what is new. What was there when it first looked
/// starts nothing, so that a repository with a history is not built from its beginning.
/// </summary>
public sealed class RefsBeside(
    CommitCarrying carrying, RequestRuns requests, IEventStore store, SourceOptions options)
{
    public async Task LookAsync(
        WatchedService service, GitMirror mirror, (string Sha, ServiceSpec Spec) tip, CancellationToken stop)
    {
        var on = tip.Spec.On ?? TriggersSpec.PushesAlone;
        if (!on.LooksBesideTheBranch) return;
        var kinds = RefName.KindsOf(on);
        var seen = await mirror.RefsAsync(kinds.SelectMany(kind => RefName.PatternsOf(kind)), stop);
        var (before, version) = await BesideMemory.LoadAsync(store, service.Name, stop);
        var memory = Baseline(before, kinds, seen);
        var news = seen.Where(each => memory.Refs.GetValueOrDefault(each.Key) != each.Value)
            .Select(each => (Ref: RefName.Of(each.Key), Sha: each.Value)).ToList();
        var wanted = news.Where(each => each.Ref is { } name && name.IsWanted(on, service.Branch)).ToList();
        var later = wanted.Skip(options.StartsAtOnce).Select(each => each.Ref!.Full).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, sha) in wanted.Take(options.StartsAtOnce))
        {
            await StartAsync(service, mirror, tip, name!, stop);
            memory = memory with { Refs = memory.Refs.SetItem(name!.Full, sha) };
            await memory.KeepAsync(store, service.Name, version, stop);
            (version, before) = (version + 1, memory);
        }
        memory = memory with { Refs = Dealt(memory.Refs, seen, later) };
        if (!memory.Refs.SequenceEqual(before.Refs) || !memory.Kinds.SequenceEqual(before.Kinds))
            await memory.KeepAsync(store, service.Name, version, stop);
    }

    private static BesideMemory Baseline(
        BesideMemory memory, ImmutableArray<string> kinds, ImmutableSortedDictionary<string, string> seen)
    {
        var added = kinds.Where(kind => !memory.Kinds.Contains(kind)).ToHashSet(StringComparer.Ordinal);
        if (added.Count == 0) return memory;
        var there = seen.Where(each => RefName.Of(each.Key) is { } name && added.Contains(name.Kind));
        return memory with { Kinds = memory.Kinds.Union(added), Refs = memory.Refs.SetItems(there) };
    }

    /// <summary>What the remote has now; what is left for the next look stays as it was known.</summary>
    private static ImmutableSortedDictionary<string, string> Dealt(
        ImmutableSortedDictionary<string, string> known, ImmutableSortedDictionary<string, string> seen,
        HashSet<string> later) =>
        seen.RemoveRange(later).AddRange(known.Where(each => later.Contains(each.Key)));

    private Task StartAsync(
        WatchedService service, GitMirror mirror, (string Sha, ServiceSpec Spec) tip, RefName name,
            CancellationToken stop) =>
        name.Kind == "request" ? requests.StartAsync(service, mirror, tip, name, stop)
            : StartNamedAsync(service, mirror, tip.Sha, name, stop);

    private async Task StartNamedAsync(
        WatchedService service, GitMirror mirror, string tip, RefName name, CancellationToken stop)
    {
        if (await mirror.FetchAsync(name.Full, name.KeptAs, stop) is not { } sha) return;
        var trigger = new RunTrigger(name.Kind == "tag" ? TriggerKind.Tag : TriggerKind.Push,
            name.Kind == "tag" ? service.Branch : name.Name)
        {
            Tag = name.Kind == "tag" ? name.Name : null,
            // Whoever may write a tag or a branch may not for that reason release: the commit must be on the branch.
            ChecksOnly = name.Kind != "tag" || !await mirror.FollowsAsync(sha, tip, stop),
            Base = tip,
            Changed = name.Kind == "tag" ? null : await mirror.ChangedAsync(tip, sha, stop),
        };
        var commit = await mirror.CommitAsync(sha, stop);
        var (spec, refused) = await carrying.ReadAsync(service, mirror, sha, stop);
        if (spec is null) await carrying.RefuseAsync(service, commit, trigger, refused!, stop);
        else await carrying.StartAsync(service, mirror, commit, spec, trigger, stop);
    }
}

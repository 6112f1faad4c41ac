using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Services;
using Headway.Server.Storage;

namespace Headway.Server.Sources.Triggers;

/// <summary>Starts runs of the branch's tip by the clock.</summary>
public sealed class Schedules(CommitCarrying carrying, IEventStore store, TimeProvider time)
{
    public async Task LookAsync(
        WatchedService service, GitMirror mirror, (string Sha, ServiceSpec Spec) tip, CancellationToken stop)
    {
        var wanted = (tip.Spec.On ?? TriggersSpec.PushesAlone).Schedules;
        if (wanted.IsDefaultOrEmpty) return;
        var now = time.GetUtcNow();
        var (memory, version) = await BesideMemory.LoadAsync(store, service.Name, stop);
        var before = memory.Schedules;
        var (after, due) = (ImmutableSortedDictionary.CreateBuilder<string, ScheduleMemory>(StringComparer.Ordinal), false);
        foreach (var schedule in wanted)
        {
            var key = $"{schedule.Cron} {schedule.Zone}";
            var known = before.GetValueOrDefault(key) ?? new ScheduleMemory(now, null);
            var isDue = IsDue(schedule, known, now);
            (after[key], due) = (isDue ? known with { Last = now } : known, due || isDue);
        }
        if (after.SequenceEqual(before)) return;
        // Kept first: a server that dies in between leaves one run out, and never starts one twice.
        await (memory with { Schedules = after.ToImmutable() }).KeepAsync(store, service.Name, version, stop);
        if (due)
            await carrying.StartAsync(service, mirror, await mirror.CommitAsync(tip.Sha, stop), tip.Spec,
                new(TriggerKind.Schedule, service.Branch), stop);
    }

    private static bool IsDue(ScheduleSpec schedule, ScheduleMemory memory, DateTimeOffset now) =>
        CronTime.Parse(schedule.Cron) is { } cron && TimeZoneInfo.TryFindSystemTimeZoneById(schedule.Zone, out var zone)
            && ScheduleTurn.IsDue(cron, zone, memory.Known, memory.Last, now);
}

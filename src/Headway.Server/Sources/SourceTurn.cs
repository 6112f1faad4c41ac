using System.Collections.Concurrent;
using Headway.Core.Services;
using Headway.Server.Sources.Triggers;

namespace Headway.Server.Sources;

/// <summary>One look at the source of a service: its branch first, then what else may start a run.</summary>
public sealed class SourceTurn(
    CommitCarrying carrying, RefsBeside beside, Schedules schedules, SourceOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Memory> memories = new(StringComparer.Ordinal);

    /// <param name="poked">Somebody said that something was pushed.</param>
    public async Task LookAsync(WatchedService service, GitMirror mirror, bool poked, CancellationToken stop)
    {
        var tip = await mirror.LookAsync(stop)
            ?? throw new GitFailedException($"There is no branch {service.Branch} in {service.Source}.", 0);
        if (tip != service.Tip) await carrying.CarryAsync(service.Name, mirror, stop);
        if (await SpecOfAsync(service, mirror, tip, stop) is not { Spec: { } spec } memory) return;
        await schedules.LookAsync(service, mirror, (tip, spec), stop);
        var now = time.GetUtcNow();
        if (!poked && (now - memory.LookedBeside).Duration() < options.LookBesideEvery) return;
        // What failed is tried again at the next look, so that trouble is told until it is over.
        memory.LookedBeside = DateTimeOffset.MinValue;
        await beside.LookAsync(service, mirror, (tip, spec), stop);
        memory.LookedBeside = now;
    }

    /// <summary>What the branch says may start a run; a tip that cannot be read says nothing.</summary>
    private async Task<Memory> SpecOfAsync(
        WatchedService service, GitMirror mirror, string tip, CancellationToken stop)
    {
        var memory = memories.GetOrAdd(service.Name, _ => new());
        if (memory.Tip == tip) return memory;
        (memory.Spec, memory.Tip) = ((await carrying.ReadAsync(service, mirror, tip, stop)).Spec, tip);
        return memory;
    }

    private sealed class Memory
    {
        public string? Tip { get; set; }
        public ServiceSpec? Spec { get; set; }
        public DateTimeOffset LookedBeside { get; set; } = DateTimeOffset.MinValue;
    }
}

using System.Collections.Concurrent;
using Headway.Core.Evidence;

namespace Headway.Server.Signals;

/// <summary>
/// Totals that only rise, turned into what came since the look before. Of stable counting begins with the first look of a
/// rollout: what it did before is not compared with a candidate that is new, all of whose counts belong to the rollout.
/// </summary>
internal sealed class TotalsMemory
{
    private const int Most = 20_000;

    private readonly ConcurrentDictionary<(string Rollout, string Signal, string Release), (long All, long Bad)> last = new();

    /// <summary>Null at the first look, and where nothing has ever been counted.</summary>
    public SideReading? Since(SignalQuestion question, string release, (long All, long Bad)? totals)
    {
        if (last.Count > Most) last.Clear();
        if (totals is not { } now) return null;
        var key = (question.Rollout ?? "", question.Signal.Name, release);
        var isFirst = !last.TryGetValue(key, out var before);
        last[key] = now;
        if (isFirst && release != question.Candidate.Id) return null;
        if (isFirst) before = default;
        // Totals that fell began again, as counters do.
        var (all, bad) = now.All >= before.All ? (now.All - before.All, now.Bad - before.Bad) : now;
        return SideReading.Counted(release, all, Math.Clamp(bad, 0, all));
    }
}

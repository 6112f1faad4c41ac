using Headway.Server.Telemetry.Limits;

namespace Headway.Server.Telemetry.Otlp;

/// <summary>What of one request was not kept, and why, for its answer.</summary>
public sealed class Rejections
{
    private readonly SortedDictionary<DropReason, int> _reasons = [];

    public int Count { get; private set; }

    public string Says => Count == 0 ? "" : "Not kept: " + string.Join(", ", _reasons.Select(pair =>
        $"{pair.Value} {pair.Key}")) + ". `headway telemetry` shows the limits.";

    /// <summary>Duplicates and what sampling leaves out were not lost, so the sender is not told of them.</summary>
    public void Add(TelemetrySource source, DropReason reason, int count = 1)
    {
        source.Drop(reason, count);
        if (reason is DropReason.Duplicate or DropReason.Sampled) return;
        Count += count;
        _reasons[reason] = _reasons.GetValueOrDefault(reason) + count;
    }
}

using Headway.Server.Telemetry.Otlp;

namespace Headway.Server.Telemetry;

/// <summary>
/// The way in: what is sent is checked, kept in the journal, and read into the stores, one request at a time.
/// </summary>
public sealed class TelemetryIntake
{
    private readonly TelemetryState _state;

    internal TelemetryIntake(TelemetryState state) => _state = state;

    /// <summary>Requests that could not be read at all, and those turned away because too many came at once.</summary>
    public long Corrupt => Interlocked.Read(ref _corrupt);

    public long TurnedAway => Interlocked.Read(ref _turnedAway);

    private long _corrupt, _turnedAway;

    /// <param name="request">In protobuf.</param>
    /// <exception cref="CorruptOtlpException">It is no such request; nothing of it was kept.</exception>
    public async Task<Rejections> TakeAsync(TelemetryKind kind, ReadOnlyMemory<byte> request, CancellationToken stop)
    {
        OtlpCheck.Check(kind, request.Span);
        await _state.Turn.WaitAsync(stop);
        try
        {
            var now = _state.Time.GetUtcNow();
            _state.Disk?.Journal(kind, now, request.Span);
            return _state.Read(kind, request.Span, now);
        }
        finally
        {
            _state.Turn.Release();
        }
    }

    internal void NoteCorrupt() => Interlocked.Increment(ref _corrupt);

    internal void NoteTurnedAway() => Interlocked.Increment(ref _turnedAway);
}

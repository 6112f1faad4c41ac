namespace Headway.Server.Telemetry.Traces;

/// <summary>
/// The newest spans, so that a batch that is sent again is not counted again. Holds two times so many.
/// </summary>
internal sealed class SeenSpans
{
    private const int Most = 100_000;
    private HashSet<UInt128> _newer = [], _older = [];

    public bool IsNew(UInt128 trace, ulong span)
    {
        // The ids are random, so a sum of them is as good as both.
        var key = trace + new UInt128(span, span);
        if (_older.Contains(key) || !_newer.Add(key)) return false;
        if (_newer.Count >= Most) (_older, _newer) = (_newer, []);
        return true;
    }
}

namespace Headway.Server.Telemetry.Limits;

/// <summary>
/// Which releases make room in a full table of counts: those that have been silent for a while, the one heard longest
/// ago first. What is still heard keeps its counts, since it is judged by them.
/// </summary>
internal sealed class SilentRoom(TelemetrySources sources, TimeSpan idle)
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(10);
    private DateTimeOffset _foundNone;

    /// <summary>When all are heard it is not looked again for some seconds: a flood of names asks very often.</summary>
    public IReadOnlyList<(string Service, string Release)> Of(
        IEnumerable<(string Service, string Release)> among, (string Service, string Release) but, DateTimeOffset now)
    {
        if (now >= _foundNone && now - _foundNone < LookAgainAfter) return [];
        var silent = sources.Silent(among.Where(one => one != but), now - idle);
        _foundNone = silent.Count == 0 ? now : default;
        return silent;
    }
}

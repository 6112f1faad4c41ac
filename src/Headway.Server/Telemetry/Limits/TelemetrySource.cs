using System.Collections.Immutable;

namespace Headway.Server.Telemetry.Limits;

/// <summary>
/// What one release of a service has sent, and what of it was dropped. Changed under the intake's turn only.
/// </summary>
public sealed class TelemetrySource(string service, string release)
{
    private const int MostEnvironments = 20;
    private static readonly DropReason[] Reasons = Enum.GetValues<DropReason>();
    private readonly long[] _dropped = new long[Reasons.Length];
    private readonly long[] _taken = new long[3];
    private readonly Dictionary<string, TelemetrySource> _environments = [];

    public string Service => service;
    public string Release => release;
    public DateTimeOffset FirstAt { get; private set; }
    public DateTimeOffset NewestAt { get; private set; }

    /// <summary>It made room for others; whoever still holds it asks for it anew.</summary>
    public bool IsForgotten { get; internal set; }

    /// <summary>How much a second came lately; falls to a third in each ten seconds in which nothing comes.</summary>
    public RecentRate Rate { get; } = new();

    public long Taken(TelemetryKind kind) => _taken[(int)kind];

    /// <summary>The same of one environment; null when nothing came from there since the server started.</summary>
    public TelemetrySource? In(string environment) => _environments.GetValueOrDefault(environment);

    public void Take(TelemetryKind kind, int count, string environment, DateTimeOffset now)
    {
        if (count == 0) return;
        Take(kind, count, now);
        if (!_environments.TryGetValue(environment, out var there))
        {
            if (_environments.Count >= MostEnvironments)
                _environments.Remove(_environments.MinBy(pair => pair.Value.NewestAt).Key);
            _environments[environment] = there = new(service, release);
        }
        there.Take(kind, count, now);
    }

    /// <summary>
    /// When the clock went back, what came before counts as come now: otherwise a source that is silent since would
    /// look as if it were heard until the clock has caught up.
    /// </summary>
    public void Clamp(DateTimeOffset now)
    {
        if (FirstAt > now) FirstAt = now;
        if (NewestAt > now) NewestAt = now;
    }

    private void Take(TelemetryKind kind, int count, DateTimeOffset now)
    {
        if (FirstAt == default) FirstAt = now;
        NewestAt = now;
        _taken[(int)kind] += count;
        Rate.Add(count, now);
    }

    public void Drop(DropReason reason, int count = 1) => _dropped[(int)reason] += count;

    public SourceView View(DateTimeOffset now) => new(service, release, FirstAt, NewestAt,
        _taken[0], _taken[1], _taken[2], Math.Round(Rate.PerSecond(now), 1),
        Reasons.Where(reason => _dropped[(int)reason] > 0)
            .ToImmutableSortedDictionary(reason => reason.ToString(), reason => _dropped[(int)reason]));

    public static TelemetrySource Restore(SourceView view)
    {
        var source = new TelemetrySource(view.Service, view.Release) { FirstAt = view.FirstAt,
            NewestAt = view.NewestAt };
        (source._taken[0], source._taken[1], source._taken[2]) = (view.Points, view.Spans, view.Logs);
        foreach (var (reason, count) in view.Dropped)
            if (Enum.TryParse<DropReason>(reason, out var known)) source._dropped[(int)known] = count;
        return source;
    }
}

/// <param name="PerSecond">Points, spans and log records together, lately.</param>
public sealed record SourceView(
    string Service, string Release, DateTimeOffset FirstAt, DateTimeOffset NewestAt,
    long Points, long Spans, long Logs, double PerSecond, ImmutableSortedDictionary<string, long> Dropped);

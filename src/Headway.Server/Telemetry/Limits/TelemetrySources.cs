using System.Collections.Immutable;

namespace Headway.Server.Telemetry.Limits;

/// <summary>
/// All sources by service and release. When there are too many, those heard longest ago make room: a new release is
/// always heard by its own name.
/// </summary>
public sealed class TelemetrySources(TelemetryLimits limits)
{
    public const string Others = "(others)";
    private readonly Dictionary<(string Service, string Release), TelemetrySource> _sources = [];
    private readonly Dictionary<string, ServiceQuota> _quotas = [];

    /// <summary>Told of each source that made room, so that what else is counted by it goes too.</summary>
    public Action<string, string>? Forgotten { get; set; }

    public TelemetrySource Of(string service, string release)
    {
        if (_sources.TryGetValue((service, release), out var known)) return known;
        if (_sources.Count >= limits.Sources) MakeRoom();
        return _sources[(service, release)] = new(service, release);
    }

    public TelemetrySource? Find(string service, string release) => _sources.GetValueOrDefault((service, release));

    /// <summary>Those of these that were not heard since, the one heard longest ago first.</summary>
    internal List<(string Service, string Release)> Silent(
        IEnumerable<(string Service, string Release)> among, DateTimeOffset since) =>
        [.. among.Select(key => (Key: key, At: Find(key.Service, key.Release)?.NewestAt ?? default))
            .Where(found => found.At < since).OrderBy(found => found.At).Select(found => found.Key)];

    public ImmutableArray<SourceView> Views(DateTimeOffset now) =>
        [.. _sources.Values.Select(source => source.View(now)).OrderBy(view => view.Service, StringComparer.Ordinal)
            .ThenByDescending(view => view.NewestAt)];

    public void Restore(IEnumerable<SourceView> views)
    {
        foreach (var view in views.OrderByDescending(view => view.NewestAt).Take(limits.Sources))
        {
            if (_sources.TryGetValue((view.Service, view.Release), out var before)) before.IsForgotten = true;
            _sources[(view.Service, view.Release)] = TelemetrySource.Restore(view);
        }
    }

    internal ServiceQuota QuotaOf(string service)
    {
        if (_quotas.TryGetValue(service, out var known)) return known;
        if (_quotas.Count >= limits.Sources && service != Others)
        {
            ForgetQuotas();
            if (_quotas.Count >= limits.Sources) return QuotaOf(Others);
        }
        return _quotas[service] = new(limits);
    }

    /// <summary>A sixteenth at once, so that not every new source has to look for the oldest.</summary>
    private void MakeRoom()
    {
        var oldest = _sources.Values.OrderBy(source => source.NewestAt)
            .Take(_sources.Count - limits.Sources + Math.Max(1, limits.Sources / 16)).ToList();
        foreach (var source in oldest)
        {
            source.IsForgotten = true;
            _sources.Remove((source.Service, source.Release));
            Forgotten?.Invoke(source.Service, source.Release);
        }
    }

    /// <summary>Of services that have neither sources nor series any more.</summary>
    private void ForgetQuotas()
    {
        var heard = _sources.Keys.Select(key => key.Service).ToHashSet();
        foreach (var (service, quota) in _quotas)
        {
            if (quota.Series > 0 || heard.Contains(service)) continue;
            quota.IsForgotten = true;
            _quotas.Remove(service);
        }
    }
}

using System.Collections.Immutable;
using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Origins;

namespace Headway.Server.Telemetry.Logs;

/// <summary>How often messages of a template came from a release, by severity.</summary>
/// <param name="IsNew">No other release that was heard before this one has said it.</param>
public sealed record TemplateCount(
    string Service, string Release, string Template, long Count, DateTimeOffset FirstAt, DateTimeOffset NewestAt,
    ImmutableSortedDictionary<string, long> Severities, bool IsNew)
{
    /// <summary>Messages, and those of severity error and above, by where the release runs.</summary>
    public ImmutableSortedDictionary<string, TemplateTotals> Environments { get; init; } =
        ImmutableSortedDictionary<string, TemplateTotals>.Empty;
}

public sealed record TemplateTotals(long Count, long Errors);

/// <summary>Messages of logs without what varies in them, counted by release and severity.</summary>
internal sealed class LogTemplates(TelemetryLimits limits, TelemetrySources sources)
{
    public const string Others = "(others)";
    private const int MostEnvironments = 20;
    private readonly Dictionary<(string Service, string Template), Dictionary<string, Entry>> _templates = [];
    // Both have what the sources have: a release that is forgotten there goes here too.
    private readonly Dictionary<(string Service, string Release), Heard> _heard = [];
    private readonly Dictionary<string, DateTimeOffset> _earliest = [];
    private readonly SilentRoom _room = new(sources, limits.Idle);
    private int _entries;

    /// <summary>Releases and services whose first time is known.</summary>
    public (int Releases, int Services) Known => (_heard.Count, _earliest.Count);

    public void Add(Origin source, string message, int severity, DateTimeOffset now)
    {
        var (service, release) = (source.Service, source.Release);
        var heard = Hear(service, release, now);
        var template = MessageTemplate.Of(message);
        if (Find(service, template, release) is not { } entry)
        {
            if (heard.Templates >= Math.Max(1, limits.Templates / 4) || !HasRoom(service, template, release, now))
                template = Others;
            entry = Find(service, template, release);
            // So many releases with so many templates each: then the template's counts end for further releases.
            if (entry is null && template == Others && _entries >= limits.Templates * 5L) return;
            entry ??= Make(service, template, release, heard, new(now));
        }
        entry.Add(severity, source.Environment, now);
    }

    public void Forget(string service, string release)
    {
        ForgetTemplates((service, release));
        if (_heard.Remove((service, release)) && !_heard.Keys.Any(key => key.Service == service))
            _earliest.Remove(service);
    }

    /// <param name="isNew">Only what no release said that was heard before.</param>
    public ImmutableArray<TemplateCount> Counts(string? service, string? release, bool isNew) =>
        [.. from pair in _templates
            where service is null || pair.Key.Service == service
            from said in pair.Value
            where release is null || said.Key == release
            let fresh = IsNew(pair.Key.Service, said.Key, pair.Value)
            where fresh || !isNew
            orderby said.Value.Count descending
            select said.Value.View(pair.Key.Service, said.Key, pair.Key.Template, fresh)];

    /// <summary>Counts of sources that are not known any more are left out.</summary>
    public void Restore(IEnumerable<TemplateCount> counts)
    {
        foreach (var count in counts)
        {
            if (sources.Find(count.Service, count.Release) is null) continue;
            var heard = Hear(count.Service, count.Release, count.FirstAt);
            if (Find(count.Service, count.Template, count.Release) is null)
                Make(count.Service, count.Template, count.Release, heard, new(count));
        }
    }

    private Entry? Find(string service, string template, string release) =>
        _templates.TryGetValue((service, template), out var releases) ? releases.GetValueOrDefault(release) : null;

    private Entry Make(string service, string template, string release, Heard heard, Entry entry)
    {
        if (!_templates.TryGetValue((service, template), out var releases))
            _templates[(service, template)] = releases = [];
        _entries++;
        heard.Templates++;
        return releases[release] = entry;
    }

    private bool HasRoom(string service, string template, string release, DateTimeOffset now)
    {
        if (Fits(0)) return true;
        foreach (var silent in _room.Of(_heard.Keys, (service, release), now))
        {
            if (Fits(limits.Templates / 16)) break;
            ForgetTemplates(silent);
        }
        return Fits(0);

        bool Fits(int more) => _entries + more < limits.Templates * 4L
            && (_templates.Count + more < limits.Templates || _templates.ContainsKey((service, template)));
    }

    /// <summary>When it was first heard stays known: what others said before it is still not new.</summary>
    private void ForgetTemplates((string Service, string Release) gone)
    {
        if (!_heard.TryGetValue(gone, out var heard) || heard.Templates == 0) return;
        heard.Templates = 0;
        foreach (var (key, releases) in _templates)
        {
            if (key.Service != gone.Service || !releases.Remove(gone.Release)) continue;
            _entries--;
            if (releases.Count == 0) _templates.Remove(key);
        }
    }

    private Heard Hear(string service, string release, DateTimeOffset at)
    {
        if (!_heard.TryGetValue((service, release), out var known)) _heard[(service, release)] = known = new(at);
        if (at < known.FirstAt) known.FirstAt = at;
        if (!_earliest.TryGetValue(service, out var first) || at < first) _earliest[service] = at;
        return known;
    }

    private bool IsNew(string service, string release, Dictionary<string, Entry> releases)
    {
        var since = _heard[(service, release)].FirstAt;
        return _earliest[service] < since && !releases.Keys.Any(other => other != release && _heard[(service,
            other)].FirstAt < since);
    }

    private sealed class Heard(DateTimeOffset firstAt)
    {
        public DateTimeOffset FirstAt { get; set; } = firstAt;
        public int Templates { get; set; }
    }

    private sealed class Entry(DateTimeOffset firstAt)
    {
        private readonly SortedDictionary<string, long> _severities = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, TemplateTotals> _environments = new(StringComparer.Ordinal);
        private DateTimeOffset _newest;

        public Entry(TemplateCount count) : this(count.FirstAt)
        {
            (Count, _newest) = (count.Count, count.NewestAt);
            foreach (var (severity, many) in count.Severities) _severities[severity] = many;
            foreach (var (environment, totals) in count.Environments) _environments[environment] = totals;
        }

        public long Count { get; private set; }

        public void Add(int severity, string environment, DateTimeOffset now)
        {
            Count++;
            _newest = now;
            var word = Severity.Word(severity);
            _severities[word] = _severities.GetValueOrDefault(word) + 1;
            if (!_environments.TryGetValue(environment, out var totals) && _environments.Count >= MostEnvironments) return;
            totals ??= new(0, 0);
            _environments[environment] = new(totals.Count + 1, totals.Errors + (severity >= Severity.Error ? 1 : 0));
        }

        public TemplateCount View(string service, string release, string template, bool isNew) => new(
            service, release, template, Count, firstAt, _newest, _severities.ToImmutableSortedDictionary(), isNew)
        {
            Environments = _environments.ToImmutableSortedDictionary(),
        };
    }
}

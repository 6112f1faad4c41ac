using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Origins;

namespace Headway.Server.Telemetry.Traces;

[JsonConverter(typeof(JsonStringEnumConverter<RedKind>))]
public enum RedKind
{
    /// <summary>What the service was asked: a route, or the name of the span.</summary>
    Operation,
    /// <summary>What the service asked of others.</summary>
    Dependency,
}

/// <summary>
/// Requests, errors and durations by release, counted from every span before any is sampled. All numbers only rise.
/// </summary>
/// <param name="Buckets">
/// Requests that took at most <see cref="RedTable.Bounds"/>, each by itself, and longer ones.
/// </param>
public sealed record RedCount(
    string Service, string Release, RedKind Kind, string Name, long Requests, long Errors, double Seconds,
    ImmutableArray<long> Buckets)
{
    /// <summary>Where the release runs: a release in production is not judged by what it did in staging.</summary>
    public string Environment { get; init; } = "";
}

internal sealed class RedTable(TelemetryLimits limits, TelemetrySources sources)
{
    public const string Others = "(others)";

    /// <summary>In milliseconds.</summary>
    public static readonly ImmutableArray<double> Bounds =
        [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

    private readonly Dictionary<(string Service, string Release), Dictionary<RedKey, Entry>> _releases = [];
    private readonly SilentRoom _room = new(sources, limits.Idle);
    private int _count;

    public void Add(Origin source, SpanHead span, DateTimeOffset now)
    {
        if (span.Kind is SpanHead.Server or SpanHead.Consumer || (span.Parent == 0 && !IsCall(span)))
            Add(source, RedKind.Operation, span.Operation(), span, now);
        else if (IsCall(span)) Add(source, RedKind.Dependency, span.Dependency(), span, now);
    }

    public ImmutableArray<RedCount> Counts(string? service, string? release) =>
        [.. from one in _releases
            where (service is null || one.Key.Service == service) && (release is null || one.Key.Release == release)
            from pair in one.Value
            orderby pair.Value.Requests descending
            select pair.Value.View(one.Key, pair.Key)];

    public void Forget(string service, string release)
    {
        if (_releases.Remove((service, release), out var entries)) _count -= entries.Count;
    }

    /// <summary>Counts of sources that are not known any more are left out.</summary>
    public void Restore(IEnumerable<RedCount> counts)
    {
        foreach (var count in counts)
        {
            if (sources.Find(count.Service, count.Release) is null) continue;
            var entries = EntriesOf((count.Service, count.Release));
            if (entries.TryAdd(new(count.Environment, count.Kind, count.Name), new(count))) _count++;
        }
    }

    private static bool IsCall(SpanHead span) => span.Kind is SpanHead.Client or SpanHead.Producer;

    private void Add(Origin source, RedKind kind, string name, SpanHead span, DateTimeOffset now)
    {
        if (name.Length > limits.LabelValueBytes) name = name[..limits.LabelValueBytes];
        var (release, key) = ((source.Service, source.Release), new RedKey(source.Environment, kind, name));
        if (!_releases.TryGetValue(release, out var entries) || !entries.TryGetValue(key, out var entry))
        {
            var isOver = entries?.Count >= Math.Max(1, limits.Operations / 4) || !HasRoom(release, now);
            if (isOver && name != Others)
            {
                Add(source, kind, Others, span, now);
                return;
            }
            // What is counted together has a place for each release and environment, which are many, but not endless.
            if (isOver && _count >= limits.Operations * 2L) return;
            EntriesOf(release)[key] = entry = new();
            _count++;
        }
        entry.Add(span.Duration / 1e6, span.IsError);
    }

    private bool HasRoom((string Service, string Release) release, DateTimeOffset now)
    {
        if (_count < limits.Operations) return true;
        foreach (var silent in _room.Of(_releases.Keys, release, now))
        {
            if (_count < limits.Operations - limits.Operations / 16) break;
            Forget(silent.Service, silent.Release);
        }
        return _count < limits.Operations;
    }

    private Dictionary<RedKey, Entry> EntriesOf((string, string) release) =>
        _releases.TryGetValue(release, out var known) ? known : _releases[release] = [];

    private readonly record struct RedKey(string Environment, RedKind Kind, string Name);

    private sealed class Entry
    {
        private readonly long[] _buckets = new long[Bounds.Length + 1];
        private long _errors;
        private double _seconds;

        public Entry()
        {
        }

        public Entry(RedCount count)
        {
            (Requests, _errors, _seconds) = (count.Requests, count.Errors, count.Seconds);
            count.Buckets.AsSpan()[..Math.Min(count.Buckets.Length, _buckets.Length)].CopyTo(_buckets);
        }

        public long Requests { get; private set; }

        public void Add(double milliseconds, bool isError)
        {
            Requests++;
            if (isError) _errors++;
            _seconds += milliseconds / 1000;
            var at = 0;
            while (at < Bounds.Length && milliseconds > Bounds[at]) at++;
            _buckets[at]++;
        }

        public RedCount View((string Service, string Release) of, RedKey key) =>
            new(of.Service, of.Release, key.Kind, key.Name, Requests, _errors, _seconds, [.. _buckets])
            {
                Environment = key.Environment,
            };
    }
}

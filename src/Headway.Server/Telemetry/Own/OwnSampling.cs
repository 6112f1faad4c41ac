using System.Collections.Immutable;
using Headway.Server.Telemetry.Promql.Labels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Telemetry.Own;

/// <summary>Keeps one sample; `__name__` is a label among the others, and the time is in milliseconds since 1970.</summary>
public delegate void KeepSample(ImmutableSortedDictionary<string, string> labels, double value, long milliseconds);

/// <summary>Hands Headway's own metrics to a store as if it had scraped them, and marks those as ended that are gone.</summary>
public sealed partial class OwnSampling(OwnMetrics metrics, KeepSample keep, TimeProvider time, ILogger<OwnSampling> log)
    : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private HashSet<MetricLabels> _before = [];

    /// <summary>One round.</summary>
    public void Sample()
    {
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var now = new HashSet<MetricLabels>();
        foreach (var family in metrics.Collect())
        {
            foreach (var sample in family.Samples)
            {
                var labels = new MetricLabels([.. sample.Labels, (LabelSet.Name, family.Name + sample.Suffix), ("job", "headway")]);
                if (now.Add(labels)) keep(labels.Sorted, sample.Value, at);
            }
        }
        foreach (var gone in _before)
            if (!now.Contains(gone)) keep(gone.Sorted, Series.TimeSeries.Stale, at);
        _before = now;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                Sample();
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailure(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Headway's own metrics could not be kept; it is tried again.")]
    private partial void LogFailure(Exception failure);

    private sealed class MetricLabels(IEnumerable<(string Name, string Value)> labels) : IEquatable<MetricLabels>
    {
        private readonly string _key = string.Join('\0', labels.Select(l => $"{l.Name}={l.Value}"));

        public ImmutableSortedDictionary<string, string> Sorted { get; } =
            labels.ToImmutableSortedDictionary(l => l.Name, l => l.Value, StringComparer.Ordinal);

        public bool Equals(MetricLabels? other) => other?._key == _key;

        public override bool Equals(object? obj) => Equals(obj as MetricLabels);

        public override int GetHashCode() => _key.GetHashCode(StringComparison.Ordinal);
    }
}

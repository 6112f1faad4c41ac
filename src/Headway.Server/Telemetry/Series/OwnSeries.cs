using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Headway.Server.Telemetry.Origins;
using Headway.Server.Telemetry.Promql.Labels;

namespace Headway.Server.Telemetry.Series;

/// <summary>
/// Puts Headway's own metrics beside those that services send, within the same limits, so that one query can ask both.
/// </summary>
internal sealed class OwnSeries(TelemetryState state)
{
    private const string Job = "headway";

    /// <summary>This is a <see cref="Own.KeepSample"/>. What there is no room for is left out.</summary>
    public void Keep(ImmutableSortedDictionary<string, string> labels, double value, long milliseconds) =>
        state.Ask(all => Keep(all, labels, value, milliseconds));

    private static bool Keep(
        TelemetryState state, ImmutableSortedDictionary<string, string> labels, double value, long milliseconds)
    {
        var origin = state.Origins.OriginOf([new("job", Job), new(OriginLabels.Service, Job)]);
        var family = state.Metrics.FamilyOf(
            Encoding.UTF8.GetBytes(labels.GetValueOrDefault(LabelSet.Name, "")), default, MetricKind.Gauge);
        if (family is null) return false;
        Label[] own =
        [
            .. labels.Where(label => label.Key is not (LabelSet.Name or "job"))
                .Select(label => new Label(label.Key, label.Value)),
        ];
        var key = KeyOf(origin, family, own);
        if (state.Metrics.Find(key) is not { } stream)
        {
            if (!state.Metrics.HasRoomFor(1, origin, state.Time.GetUtcNow())) return false;
            stream = state.Metrics.Add(origin, family, own, key);
            state.Metrics.AddSeries(stream, "");
        }
        return state.Metrics.Append(stream.Series[0], milliseconds, value);
    }

    /// <summary>Begins with the numbers of origin and family, as every key of a stream does.</summary>
    private static byte[] KeyOf(Origin origin, MetricFamily family, Label[] labels)
    {
        var text = Encoding.UTF8.GetBytes(string.Join('\0', labels.Select(label => $"{label.Name}\0{label.Value}")));
        var key = new byte[8 + text.Length];
        BinaryPrimitives.WriteInt32LittleEndian(key, origin.Id);
        BinaryPrimitives.WriteInt32LittleEndian(key.AsSpan(4), family.Id);
        text.CopyTo(key.AsSpan(8));
        return key;
    }
}

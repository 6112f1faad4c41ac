using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Server.Connections;
using Headway.Server.Signals.Asking;
using Headway.Server.Telemetry.Promql;

namespace Headway.Server.Signals.Prometheus;

/// <summary>Asks a server that speaks Prometheus' HTTP API, for both sides at the same evaluation time.</summary>
public sealed class PrometheusReader(OutsideHttp http, KnownConnections known, Engine engine) : ISignalReader
{
    private const int MostValues = 1000;

    private readonly CounterMemory memory = new();

    public bool Reads(SignalSource source) => source is SignalSource.Prometheus;

    public async Task<SignalReading> ReadAsync(SignalQuestion question, CancellationToken stop)
    {
        var source = (SignalSource.Prometheus)question.Signal.Source;
        var asks = PrometheusAsk.Of(question, source.Queries);
        var asked = PrometheusAsk.Says(asks);
        var isOwn = source.Server == OwnPrometheus.Name;
        var address = isOwn ? new SourceAddress(OwnPrometheus.Name, null, null)
            : SourceAddress.Find(source.Server, known, ConnectionKind.Prometheus);
        if (address.Problem is { } unknown) return SignalReading.Failed(unknown, asked);
        IPrometheus api = isOwn ? new OwnPrometheus(engine) : new PrometheusApi(http, address);
        var reading = source.IsCounted
            ? await new PrometheusCounters(api, memory).ReadAsync(question, asks, stop)
            : await GaugeAsync(api, question, asks, stop);
        return reading with
        {
            Problem = reading.Problem is { } problem ? $"{address.Url}: {problem}" : null, Asked = asked,
        };
    }

    private static async Task<SignalReading> GaugeAsync(
        IPrometheus api, SignalQuestion question, ImmutableArray<PrometheusAsk> asks, CancellationToken stop)
    {
        var answers = await Task.WhenAll(asks.Select(ask => api.InstantAsync(ask.Text, question.At, stop)));
        if (answers.FirstOrDefault(answer => answer.Problem is not null) is { Problem: { } problem })
            return SignalReading.Failed(problem);
        var dropped = 0;
        var sides = new Dictionary<bool, SideReading>();
        var lookups = ImmutableArray.CreateBuilder<Lookup>();
        foreach (var (ask, answer) in asks.Zip(answers))
        {
            var all = answer.Series.SelectMany(series => series.Values).ToArray();
            var values = all.Where(double.IsFinite).ToImmutableArray();
            if (values.Length > MostValues)
                return SignalReading.Failed($"the query gives {values.Length} values, more than {MostValues}: narrow it");
            dropped += all.Length - values.Length;
            lookups.Add(new(ask.Side.Name, ask.Key, ask.Text, Came(values, all.Length - values.Length)));
            if (!values.IsEmpty) sides[ask.Side.IsStable] = SideReading.Read(ask.Side.Release.Id, values);
        }
        return new(sides.GetValueOrDefault(true), sides.GetValueOrDefault(false))
        {
            Lookups = lookups.ToImmutable(),
            Remark = dropped == 0 ? null : $"Left out: {dropped} values that are no numbers (NaN or infinite).",
        };
    }

    private static string Came(ImmutableArray<double> values, int dropped)
    {
        var shown = string.Join(", ", values.Take(5).Select(value => $"{value:0.####}"));
        return values.IsEmpty && dropped == 0 ? "no series"
            : $"{values.Length} values: {shown}{(values.Length > 5 ? ", ..." : "")}"
                + (dropped > 0 ? $"; {dropped} left out (NaN or infinite)" : "");
    }
}

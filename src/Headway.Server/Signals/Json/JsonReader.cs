using System.Collections.Immutable;
using System.Text.Json;
using Headway.Core.Evidence;
using Headway.Core.Evidence.Queries;
using Headway.Server.Connections;
using Headway.Server.Signals.Asking;
using Headway.Server.Signals.Prometheus;

namespace Headway.Server.Signals.Json;

/// <summary>Takes numbers out of a JSON document, one document a side.</summary>
public sealed class JsonReader(OutsideHttp http, KnownConnections known) : ISignalReader
{
    private readonly CounterMemory memory = new();

    public bool Reads(SignalSource source) => source is SignalSource.Json;

    public async Task<SignalReading> ReadAsync(SignalQuestion question, CancellationToken stop)
    {
        var source = (SignalSource.Json)question.Signal.Source;
        var sides = QuestionSide.Of(question);
        var addresses = sides.Select(side => SourceAddress.Find(
            Placeholders.Fill(source.Address, p => Uri.EscapeDataString(side.ValueOf(p.Name))), known,
            ConnectionKind.Json)).ToArray();
        var asked = addresses[^1].Url;
        if (addresses.FirstOrDefault(one => one.Problem is not null) is { Problem: { } unknown })
            return SignalReading.Failed(unknown, source.Address);
        var documents = await Task.WhenAll(sides.Zip(addresses, (side, address) =>
            JsonNumbers.AskAsync(http, side, address, source.Paths, stop)));
        if (documents.FirstOrDefault(one => one.Problem is not null) is { Problem: { } problem } failed)
            return SignalReading.Failed($"{failed.Url}: {problem}", asked);
        return (source.IsCounted ? Counted(question, documents) : Read(documents)) with
        {
            Asked = asked,
            Lookups = [.. documents.SelectMany(one => one.Found.Select(found => new Lookup(
                one.Side.Name, found.Key, one.Url, found.Value.IsEmpty ? "nothing"
                    : string.Join(", ", found.Value.Take(5).Select(v => $"{v:0.####}")))))],
        };
    }

    private static SignalReading Read(JsonNumbers[] documents)
    {
        return new(Of(true), Of(false));

        SideReading? Of(bool isStable) => documents.FirstOrDefault(one => one.Side.IsStable == isStable) is { } one
            && one.Found["value"].Where(double.IsFinite).ToImmutableArray() is { IsEmpty: false } values
            ? SideReading.Read(one.Side.Release.Id, values) : null;
    }

    /// <summary>
    /// A document has no past: what was counted before this server first looked cannot be asked for, so counting begins
    /// with that look.
    /// </summary>
    private SignalReading Counted(SignalQuestion question, JsonNumbers[] documents)
    {
        var before = memory.At(question);
        var grown = documents.SelectMany(one => one.Found.Select(found => (one.Side.Name, found.Key,
                Increments.Of(before?.Of(one.Side.Name, found.Key) ?? ImmutableDictionary<string, double>.Empty,
                    [.. found.Value.Select((value, index) => new PrometheusSeries($"{index}", [value]))]))))
            .ToDictionary(one => (one.Name, one.Key), one => one.Item3);
        memory.Keep(question, new(question.At, grown.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.Last)));
        var sides = documents.Select(one => new CountedSide(
            one.Side, grown[(one.Side.Name, "bad")].Sum, grown[(one.Side.Name, "total")].Sum,
            grown[(one.Side.Name, "total")].Seen > 0,
            before?.Of(one.Side.Name, "total").IsEmpty == false)).ToArray();
        return CountedSide.Pair(sides.FirstOrDefault(side => side.Side.IsStable), sides[^1]);
    }
}

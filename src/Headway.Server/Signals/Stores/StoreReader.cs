using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Evidence.Queries;
using Headway.Server.Connections;
using Headway.Server.Signals.Asking;

namespace Headway.Server.Signals.Stores;

/// <summary>Asks a store of metrics about both sides, for the same minutes.</summary>
internal sealed class StoreReader(IMetricStore store, KnownConnections known) : ISignalReader
{
    public bool Reads(SignalSource source) => store.Reads(source);

    public async Task<SignalReading> ReadAsync(SignalQuestion question, CancellationToken stop)
    {
        var queries = question.Signal.Source.Asks!;
        var isCounted = question.Signal.Source.IsCounted;
        var asks = Asks(question, queries);
        var asked = string.Join("; ", asks.Where(ask => !ask.Side.IsStable)
            .Select(ask => isCounted ? $"{ask.Key}: {ask.Text}" : ask.Text));
        var address = SourceAddress.Find(ServerOf(question.Signal.Source), known, store.Kind);
        if (address.Problem is { } unknown) return SignalReading.Failed(unknown, asked);
        var (from, to) = StoreWindow.Of(question, store.Late, isCounted);
        if (from >= to) return new(null, null) { Asked = asked, Remark = "The first whole minute is not over yet." };
        var answers = await Task.WhenAll(asks.Select(ask => store.AskAsync(
            address.Connection!, new(ask.Text, isCounted, from, to), stop)));
        if (answers.FirstOrDefault(answer => answer.Problem is not null) is { Problem: { } problem })
            return SignalReading.Failed($"{address.Url}: {problem}", asked);
        var sums = asks.Zip(answers, (ask, answer) => new StoreSum(ask, answer, from, to)).ToArray();
        return (isCounted ? Counted(sums) : Read(sums)) with
        {
            Asked = asked,
            Lookups = [.. sums.Select(sum => new Lookup(sum.Ask.Side.Name, sum.Ask.Key, sum.Ask.Text, sum.Came))],
        };
    }

    private static ImmutableArray<StoreAsk> Asks(SignalQuestion question, SignalQueries queries)
    {
        (string Key, string? Query)[] written =
            [("bad", queries.Bad), ("total", queries.Total), ("gauge", queries.Gauge)];
        return [.. from side in QuestionSide.Of(question)
                   from one in written
                   where one.Query is not null
                   select new StoreAsk(side, one.Key, Placeholders.Fill(one.Query!, p => side.ValueOf(p.Name)))];
    }

    private static SignalReading Counted(StoreSum[] sums)
    {
        var sides = sums.GroupBy(sum => sum.Ask.Side.Name).Select(side =>
        {
            var total = side.First(sum => sum.Ask.Key == "total");
            return new CountedSide(total.Ask.Side, side.First(sum => sum.Ask.Key == "bad").Sum, total.Sum,
                total.Points > 0, IsFromTheStart: true);
        }).ToArray();
        var reading = CountedSide.Pair(sides.FirstOrDefault(side => side.Side.IsStable), sides[^1]);
        return reading;
    }

    private static SignalReading Read(StoreSum[] sums)
    {
        return new(Of(true), Of(false));

        SideReading? Of(bool isStable) => sums.FirstOrDefault(sum => sum.Ask.Side.IsStable == isStable) is { } sum
            && !sum.Newest.IsEmpty ? SideReading.Read(sum.Ask.Side.Release.Id, sum.Newest) : null;
    }

    private static string ServerOf(SignalSource source) => source switch
    {
        SignalSource.Datadog datadog => datadog.Server,
        SignalSource.NewRelic newRelic => newRelic.Server,
        SignalSource.CloudWatch cloudWatch => cloudWatch.Server,
        _ => throw new InvalidOperationException($"No arm for {source.GetType().Name}."),
    };
}

internal sealed record StoreAsk(QuestionSide Side, string Key, string Text);

/// <summary>What a store's points come to within the minutes that were asked for.</summary>
internal sealed class StoreSum
{
    private const int MostSeries = 1000;

    public StoreSum(StoreAsk ask, StoreAnswer answer, DateTimeOffset from, DateTimeOffset to)
    {
        Ask = ask;
        var newest = ImmutableArray.CreateBuilder<double>();
        foreach (var series in answer.Series.Take(MostSeries))
        {
            var points = series.Points.Where(point => point.At >= from && point.At < to).ToArray();
            var good = points.Where(point => double.IsFinite(point.Value)).ToArray();
            var counted = good.Where(point => point.Value >= 0).Sum(point => point.Value);
            Dropped += points.Length - good.Length + good.Count(point => point.Value < 0 && ask.Key != "gauge");
            (Sum, Points) = (Sum + counted, Points + good.Length);
            if (good.Length > 0) newest.Add(good.MaxBy(point => point.At).Value);
        }
        Newest = newest.ToImmutable();
    }

    public StoreAsk Ask { get; }

    public double Sum { get; }

    public int Points { get; }

    public int Dropped { get; }

    /// <summary>The last value of each series.</summary>
    public ImmutableArray<double> Newest { get; }

    public string Came => Points == 0 && Dropped == 0 ? "nothing"
        : (Ask.Key == "gauge" ? $"{Newest.Length} values: {string.Join(", ", Newest.Take(5).Select(v => $"{v:0.####}"))}"
            : $"{Points} points, {Sum:0.###} in all")
            + (Dropped > 0 ? $"; {Dropped} left out (no number, infinite or negative)" : "");
}

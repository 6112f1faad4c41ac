using System.Collections.Immutable;
using System.Globalization;
using Headway.Server.Signals.Asking;

namespace Headway.Server.Signals.Prometheus;

/// <summary>What counters counted since the look before, as far as that was kept.</summary>
internal sealed class PrometheusCounters(IPrometheus api, CounterMemory memory)
{
    /// <summary>How far Prometheus itself looks back for a value.</summary>
    private static readonly TimeSpan LookBack = TimeSpan.FromMinutes(5);

    public async Task<SignalReading> ReadAsync(
        SignalQuestion question, ImmutableArray<PrometheusAsk> asks, CancellationToken stop)
    {
        var since = question.Since ?? question.Began;
        var before = memory.At(question);
        if (before is null)
        {
            var (stand, trouble) = await StandAsync(question, since, asks, stop);
            if (stand is null) return SignalReading.Failed(trouble!);
            before = stand;
        }
        var window = PrometheusWindow.Between(since, question.At);
        var answers = await Task.WhenAll(asks.Select(ask => api.RangeAsync(ask.Text, window, stop)));
        if (answers.FirstOrDefault(answer => answer.Problem is not null) is { Problem: { } problem })
            return SignalReading.Failed(problem);
        var grown = asks.Zip(answers).ToDictionary(
            pair => (pair.First.Side.Name, pair.First.Key),
            pair => Increments.Of(before.Of(pair.First.Side.Name, pair.First.Key), pair.Second.Series));
        if (question.Signal.Source.Asks!.AlwaysBoth
            && asks.FirstOrDefault(ask => ask.Key == "bad" && grown[(ask.Side.Name, "bad")].Seen == 0
                && grown[(ask.Side.Name, "total")].Seen > 0) is { } missing)
            return SignalReading.Failed($"nothing answers to {missing.Text}, while the total is there: a wrong word, or "
                + "no bucket with such an edge");
        memory.Keep(question, new(question.At, grown.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.Last)));
        return Reading(question, asks, grown, before);
    }

    private static SignalReading Reading(
        SignalQuestion question, ImmutableArray<PrometheusAsk> asks,
        Dictionary<(string Side, string Key), Increments> grown, Stand before)
    {
        var sides = QuestionSide.Of(question).Select(side => new CountedSide(
            side, grown[(side.Name, "bad")].Sum, grown[(side.Name, "total")].Sum, grown[(side.Name, "total")].Seen > 0,
            // The candidate's instances started within the rollout, so all that they count belongs to it.
            !side.IsStable || !before.Of(side.Name, "total").IsEmpty)).ToArray();
        var dropped = grown.Values.Sum(one => one.Dropped);
        var reading = CountedSide.Pair(sides.FirstOrDefault(side => side.Side.IsStable), sides[^1]);
        var left = dropped == 0 ? null : $"Left out: {dropped} values that no counter has (NaN, infinite or negative).";
        return reading with
        {
            Remark = reading.Remark is null ? left : left is null ? reading.Remark : $"{reading.Remark} {left}",
            Lookups = [.. asks.Select(ask => new Lookup(
                ask.Side.Name, ask.Key, ask.Text, Came(grown[(ask.Side.Name, ask.Key)])))],
        };
    }

    /// <summary>
    /// Where the counters stood at a time that nobody here remembers: after a start of the server, or before the first
    /// look. A series that had gone by then is asked for where it stood last in this rollout.
    /// </summary>
    private async Task<(Stand? Stand, string? Problem)> StandAsync(
        SignalQuestion question, DateTimeOffset since, ImmutableArray<PrometheusAsk> asks, CancellationToken stop)
    {
        var answers = await Task.WhenAll(asks.Select(ask => api.InstantAsync(
            question.Since is null ? ask.Text : WithGone(ask.Text, since - question.Began), since, stop)));
        if (answers.FirstOrDefault(answer => answer.Problem is not null) is { Problem: { } problem })
            return (null, problem);
        return (new(since, asks.Zip(answers).ToImmutableDictionary(
            pair => (pair.First.Side.Name, pair.First.Key),
            pair => Increments.Of(ImmutableDictionary<string, double>.Empty, pair.Second.Series).Last)), null);
    }

    private static string WithGone(string query, TimeSpan rollout)
    {
        const int points = 1000;
        var range = Math.Ceiling((rollout + LookBack).TotalSeconds);
        var step = Math.Max(1, Math.Ceiling(range / points));
        return string.Create(CultureInfo.InvariantCulture,
            $"({query}\n) or last_over_time(({query}\n)[{range:0}s:{step:0}s])");
    }

    private static string Came(Increments grown) => grown.Seen == 0 && grown.Dropped == 0 ? "no series"
        : $"{grown.Seen} series, grown by {grown.Sum:0.###}"
            + (grown.Dropped > 0 ? $"; {grown.Dropped} values left out (NaN, infinite or negative)" : "");
}

using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Evidence.Queries;
using Headway.Server.Signals.Asking;

namespace Headway.Server.Signals.Prometheus;

/// <summary>One query for one side, filled in.</summary>
internal sealed record PrometheusAsk(QuestionSide Side, string Key, string Text)
{
    public static ImmutableArray<PrometheusAsk> Of(SignalQuestion question, SignalQueries queries)
    {
        (string Key, string? Query)[] written =
            [("bad", queries.Bad), ("total", queries.Total), ("gauge", queries.Gauge)];
        return [.. from side in QuestionSide.Of(question)
                   from one in written
                   where one.Query is not null
                   select new PrometheusAsk(side, one.Key, PromQuery.Fill(one.Query!, side.ValueOf))];
    }

    /// <summary>What was asked for the candidate, in one line.</summary>
    public static string Says(IEnumerable<PrometheusAsk> asks) => string.Join("; ", asks
        .Where(ask => !ask.Side.IsStable).Select(ask => ask.Key == "gauge" ? ask.Text : $"{ask.Key}: {ask.Text}"));
}

using Headway.Core.Evidence;
using Headway.Core.Evidence.Queries;

namespace Headway.Server.Specs.Signals;

/// <summary>`datadog`, `new relic` and `cloud watch`: stores that are always asked with credentials.</summary>
internal static class StoreShapes
{
    private static readonly Field<string> DatadogServer = new(
        "datadog", "Name of a connection to Datadog.", ServerShape.Connection("datadog"), "");

    private static readonly Field<string> NewRelicServer = new(
        "newRelic", "Name of a connection to New Relic.", ServerShape.Connection("new-relic"), "");

    private static readonly Field<string> CloudWatchServer = new(
        "cloudWatch", "Name of a connection to CloudWatch.", ServerShape.Connection("aws"), "");

    public static readonly SignalSourceField Datadog = new(DatadogServer, QueriesShape.Fields, values =>
        new SignalSource.Datadog(values.Get(DatadogServer), Queries(values, DatadogQuery.WhyRefused)));

    public static readonly SignalSourceField NewRelic = new(NewRelicServer, QueriesShape.Fields, values =>
        new SignalSource.NewRelic(values.Get(NewRelicServer), Queries(values, NrqlQuery.WhyRefused)));

    public static readonly SignalSourceField CloudWatch = new(CloudWatchServer, QueriesShape.Fields, values =>
        new SignalSource.CloudWatch(values.Get(CloudWatchServer), Queries(values, CloudWatchQuery.WhyRefused)));

    private static SignalQueries Queries(MapValues values, Func<string, string, bool, QueryProblem?> whyRefused) =>
        QueriesShape.Of(values, QueriesShape.Gauge, whyRefused);
}

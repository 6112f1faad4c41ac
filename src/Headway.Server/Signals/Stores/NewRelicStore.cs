using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Evidence;
using Headway.Server.Connections;

namespace Headway.Server.Signals.Stores;

/// <summary>NRQL by way of New Relic's GraphQL.</summary>
internal sealed class NewRelicStore(OutsideHttp http) : IMetricStore
{
    private const string Question =
        "query($account: Int!, $nrql: Nrql!) { actor { account(id: $account) { nrql(query: $nrql, timeout: 8) { results } } } }";

    private static readonly string[] NoResults =
        ["facet", "timestamp", "beginTimeSeconds", "endTimeSeconds", "inspectedCount"];

    public ConnectionKind Kind => ConnectionKind.NewRelic;

    public TimeSpan Late => TimeSpan.FromMinutes(1);

    public bool Reads(SignalSource source) => source is SignalSource.NewRelic;

    public async Task<StoreAnswer> AskAsync(Connection connection, StoreQuery query, CancellationToken stop)
    {
        // Of facets only the first ten come unless more are asked for.
        var limit = query.Text.Contains("FACET", StringComparison.OrdinalIgnoreCase)
            && !query.Text.Contains("LIMIT", StringComparison.OrdinalIgnoreCase) ? " LIMIT MAX" : "";
        var nrql = $"{query.Text}{limit} SINCE {query.From.ToUnixTimeMilliseconds()} "
            + $"UNTIL {query.To.ToUnixTimeMilliseconds()}";
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{connection.Url.TrimEnd('/')}/graphql")
        {
            Content = JsonContent.Create(new
            {
                query = Question, variables = new { account = long.Parse(connection.Account!, null), nrql },
            }, options: Wire.Json),
        };
        return StoreJson.Read(await http.AskAsync(request, connection, stop), "New Relic", root => Answer(root, query));
    }

    private static StoreAnswer? Answer(JsonElement root, StoreQuery query)
    {
        if (root.Find("errors").Items() is [var first, ..])
            return StoreAnswer.Failed($"it says: {first.Find("message").Text() ?? $"{first}"}");
        if (root.Find("data", "actor", "account", "nrql", "results") is not { ValueKind: JsonValueKind.Array } results)
            return null;
        var series = ImmutableArray.CreateBuilder<StoreSeries>();
        foreach (var row in results.EnumerateArray())
        {
            var numbers = row.ValueKind != JsonValueKind.Object ? [] : row.EnumerateObject()
                .Where(field => !NoResults.Contains(field.Name) && field.Value.ValueKind == JsonValueKind.Number)
                .Select(field => field.Value.GetDouble()).ToArray();
            if (numbers.Length > 1)
                return StoreAnswer.Failed("the query gives several numbers in a row: select one");
            if (numbers.Length == 1) series.Add(new([(query.From, numbers[0])]));
        }
        return new(series.ToImmutable(), null);
    }
}

using System.Collections.Immutable;
using Headway.Server.Secrets.Outside;
using Headway.Server.Signals.Asking;
using Headway.Server.Signals.Prometheus;
using Headway.Server.Signals.Stores;

namespace Headway.Server.Connections;

/// <summary>Asks the other side of a connection something harmless.</summary>
public sealed class ConnectionTest(OutsideHttp http, TimeProvider time)
{
    public async Task<ConnectionTried> TryAsync(Connection connection, CancellationToken stop)
    {
        var problem = connection.Kind switch
        {
            ConnectionKind.Prometheus => (await new PrometheusApi(http, new(connection.Url.TrimEnd('/'), connection, null))
                .InstantAsync("vector(1)", time.GetUtcNow(), stop)).Problem,
            ConnectionKind.Datadog => await AskAsync(
                new DatadogStore(http), connection, "avg:datadog.agent.running{*}", stop),
            ConnectionKind.NewRelic => await AskAsync(
                new NewRelicStore(http), connection, "SELECT count(*) FROM Transaction", stop),
            ConnectionKind.CloudWatch => await AskAsync(
                new CloudWatchStore(http, time), connection, "Headway Nothing{Release=none}", stop),
            ConnectionKind.Vault => await new VaultApi(http, time).WhyNotAsync(connection, stop),
            _ => await GetAsync(connection, stop),
        };
        return new(problem is null, problem is null ? $"{connection.Url} answers." : $"{connection.Url}: {problem}.",
            ConnectionRules.Warnings(connection));
    }

    private async Task<string?> AskAsync(IMetricStore store, Connection connection, string query, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        return (await store.AskAsync(connection, new(query, true, now.AddMinutes(-5), now), stop)).Problem;
    }

    private async Task<string?> GetAsync(Connection connection, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, connection.Url);
        var answer = await http.AskAsync(request, connection, stop);
        return answer.Problem ?? (answer.Status is 401 or 403 or >= 500
            ? $"it answered {answer.Status}: {answer.Begins}" : null);
    }
}

/// <param name="Says">One sentence.</param>
public sealed record ConnectionTried(bool Answers, string Says, ImmutableArray<string> Warnings);

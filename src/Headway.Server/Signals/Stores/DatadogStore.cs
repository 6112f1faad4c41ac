using System.Collections.Immutable;
using System.Text.Json;
using Headway.Core.Evidence;
using Headway.Server.Connections;

namespace Headway.Server.Signals.Stores;

/// <summary>`GET /api/v1/query` of Datadog: points of time series.</summary>
internal sealed class DatadogStore(OutsideHttp http) : IMetricStore
{
    public ConnectionKind Kind => ConnectionKind.Datadog;

    public TimeSpan Late => TimeSpan.FromMinutes(1);

    public bool Reads(SignalSource source) => source is SignalSource.Datadog;

    public async Task<StoreAnswer> AskAsync(Connection connection, StoreQuery query, CancellationToken stop)
    {
        var url = $"{connection.Url.TrimEnd('/')}/api/v1/query?from={query.From.ToUnixTimeSeconds()}"
            + $"&to={query.To.ToUnixTimeSeconds()}&query={Uri.EscapeDataString(query.Text)}";
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        return StoreJson.Read(await http.AskAsync(request, connection, stop), "Datadog", Answer);
    }

    private static StoreAnswer? Answer(JsonElement root)
    {
        if (root.Find("status").Text() == "error") return StoreAnswer.Failed($"it says: {root.Find("error").Text()}");
        if (root.Find("errors").Items() is [var first, ..]) return StoreAnswer.Failed($"it says: {first}");
        return root.Find("series") is null ? null
            : new([.. root.Find("series").Items().Select(Series)], null);
    }

    private static StoreSeries Series(JsonElement series)
    {
        var points = ImmutableArray.CreateBuilder<(DateTimeOffset, double)>();
        foreach (var pair in series.Find("pointlist").Items())
            // A time without a value is written as null.
            if (pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2
                && pair[0].TryMilliseconds(out var at) && pair[1].ValueKind == JsonValueKind.Number)
                points.Add((at, pair[1].GetDouble()));
        return new(points.ToImmutable());
    }
}

internal static class StoreTime
{
    public static bool TryMilliseconds(this JsonElement number, out DateTimeOffset at)
    {
        at = default;
        if (number.ValueKind != JsonValueKind.Number || Math.Abs(number.GetDouble()) > 1e14) return false;
        at = DateTimeOffset.FromUnixTimeMilliseconds((long)number.GetDouble());
        return true;
    }
}

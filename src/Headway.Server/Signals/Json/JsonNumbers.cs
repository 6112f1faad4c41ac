using System.Collections.Immutable;
using System.Text.Json;
using Headway.Core.Evidence;
using Headway.Core.Evidence.Queries;
using Headway.Server.Connections;
using Headway.Server.Signals.Asking;

namespace Headway.Server.Signals.Json;

/// <summary>The numbers of one document, by the key of their path.</summary>
internal sealed record JsonNumbers(
    QuestionSide Side, string Url, ImmutableDictionary<string, ImmutableArray<double>> Found, string? Problem)
{
    public static async Task<JsonNumbers> AskAsync(
        OutsideHttp http, QuestionSide side, SourceAddress address, SignalQueries paths, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address.Url);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        var answer = await http.AskAsync(request, address.Connection, stop);
        var none = new JsonNumbers(side, address.Url, ImmutableDictionary<string, ImmutableArray<double>>.Empty, null);
        if (answer.Problem is { } problem) return none with { Problem = problem };
        if (answer.Status != 200) return none with { Problem = $"it answered {answer.Status}: {answer.Begins}" };
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            return none.Take(document.RootElement, paths);
        }
        catch (JsonException)
        {
            return none with { Problem = $"its answer is not JSON: {answer.Begins}" };
        }
    }

    private JsonNumbers Take(JsonElement document, SignalQueries paths)
    {
        (string Key, string? Path)[] wanted = [("bad", paths.Bad), ("total", paths.Total), ("value", paths.Gauge)];
        var found = Found;
        foreach (var (key, path) in wanted)
        {
            if (path is null) continue;
            var (numbers, problem) = JsonPath.Find(document, path);
            if (problem is not null) return this with { Problem = problem };
            found = found.Add(key, [.. numbers]);
        }
        return this with { Found = found };
    }
}

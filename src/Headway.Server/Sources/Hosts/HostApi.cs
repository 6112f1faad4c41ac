using System.Net.Http.Json;
using System.Text.Json;
using Headway.Core;
using Headway.Server.Connections;

namespace Headway.Server.Sources.Hosts;

/// <summary>JSON to and from the interface of a host, below the URL of its connection.</summary>
internal sealed class HostApi(OutsideHttp http, Connection connection)
{
    /// <summary>Null for 404.</summary>
    public async Task<JsonElement?> GetAsync(string path, CancellationToken stop)
    {
        var answer = await SendAsync(HttpMethod.Get, path, null, stop);
        return answer.Status == 404 ? null : Parsed(path, answer);
    }

    /// <summary>Null for 404: there is nothing that could be changed.</summary>
    public async Task<JsonElement?> WriteAsync(HttpMethod method, string path, object body, CancellationToken stop)
    {
        var answer = await SendAsync(method, path, body, stop);
        return answer.Status == 404 ? null : Parsed(path, answer);
    }

    private async Task<OutsideAnswer> SendAsync(HttpMethod method, string path, object? body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, $"{connection.Url.TrimEnd('/')}{path}");
        request.Headers.TryAddWithoutValidation("Accept",
            connection.Kind is ConnectionKind.GitHub ? "application/vnd.github+json" : "application/json");
        if (connection.Kind is ConnectionKind.GitHub) request.Headers.Add("X-GitHub-Api-Version", "2022-11-28");
        if (body is not null)
        {
            request.Content = JsonContent.Create(body, body.GetType(), options: Wire.Json);
            await request.Content.LoadIntoBufferAsync(stop);
        }
        var answer = await http.AskAsync(request, connection, stop);
        if (answer.Problem is { } problem) throw new HostSilentException($"{connection.Url}{path}: {problem}", 0);
        if (answer.Status is >= 200 and < 300 or 404) return answer;
        throw new HostSilentException(
            $"{connection.Url}{path} answered {answer.Status}: {answer.Begins}", answer.Status);
    }

    private JsonElement Parsed(string path, OutsideAnswer answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer.Body.Length == 0 ? "{}"u8.ToArray() : answer.Body);
            return json.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new HostSilentException($"{connection.Url}{path} answered with what is not JSON", answer.Status);
        }
    }
}

/// <summary>Reads what may be missing, and takes nothing for granted.</summary>
internal static class HostJson
{
    /// <summary>A pull request as GitHub tells it, and Gitea after it. One whose repository is gone counts as of a fork.</summary>
    public static RequestSeen PullRequest(int number, JsonElement pull, string repository) => new(
        number, pull.Text("state") == "open", pull.At("base").Text("ref"), pull.At("head").Text("sha"),
        pull.At("user").Text("login"),
        !string.Equals(pull.At("head").At("repo").Text("full_name"), repository, StringComparison.OrdinalIgnoreCase));

    public static JsonElement At(this JsonElement from, string name) =>
        from.ValueKind is JsonValueKind.Object && from.TryGetProperty(name, out var found) ? found : default;

    public static string Text(this JsonElement from, string name) =>
        from.At(name) is { ValueKind: JsonValueKind.String } found ? found.GetString()! : "";

    public static bool Is(this JsonElement from, string name) => from.At(name).ValueKind is JsonValueKind.True;

    public static long Number(this JsonElement from, string name) =>
        from.At(name) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt64(out var number) ? number : 0;

    public static IEnumerable<JsonElement> Items(this JsonElement? from) =>
        from is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    public static string Short(string text, int most) => text.Length <= most ? text : $"{text[..(most - 1)]}…";
}

using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Headway.Core;
using Headway.Server.Status;

namespace Headway.Cli.Api;

/// <summary>Asks the server. Every failure becomes a sentence and an exit code.</summary>
internal sealed class ApiClient : IDisposable
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(60);
    private readonly HttpClient _http;
    private readonly ServerAddress _server;

    public ApiClient(ServerAddress server)
    {
        _server = server;
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), UseProxy = false })
        {
            BaseAddress = server.Address, Timeout = Timeout.InfiniteTimeSpan,
        };
        if (server.Token is { } token) _http.DefaultRequestHeaders.Authorization = new("Bearer", token);
    }

    public Uri Address => _server.Address;

    public static ApiClient For(ParseResult result) => new(ServerAddress.Find(result));

    public async Task<T> GetAsync<T>(string path, CancellationToken stop)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, null, stop);
        return (await answer.Content.ReadFromJsonAsync<T>(Wire.Json, stop))!;
    }

    public async Task<JsonElement> PostAsync(string path, object? body, CancellationToken stop)
    {
        using var answer = await SendAsync(HttpMethod.Post, path,
            JsonContent.Create(body ?? new { }, options: Wire.Json), stop);
        var text = await answer.Content.ReadAsStringAsync(stop);
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text, Wire.Json);
    }

    public async Task<T> PostAsync<T>(string path, object body, CancellationToken stop)
    {
        using var answer = await SendAsync(HttpMethod.Post, path, JsonContent.Create(body, options: Wire.Json), stop);
        return (await answer.Content.ReadFromJsonAsync<T>(Wire.Json, stop))!;
    }

    /// <summary>Sends a file, however large and slow.</summary>
    public async Task<T> UploadAsync<T>(string path, Stream content, CancellationToken stop)
    {
        using var answer = await SendAsync(
            HttpMethod.Post, path, new StreamContent(content), stop, within: Timeout.InfiniteTimeSpan);
        return (await answer.Content.ReadFromJsonAsync<T>(Wire.Json, stop))!;
    }

    /// <summary>Writes the answer into a file, which is there whole or not at all, and says how long it is.</summary>
    public async Task<long> DownloadAsync(string path, string file, CancellationToken stop)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, null, stop, "*/*");
        var arriving = $"{file}.part";
        try
        {
            await using (var content = File.Create(arriving)) await answer.Content.CopyToAsync(content, stop);
            var length = new FileInfo(arriving).Length;
            File.Move(arriving, file, overwrite: true);
            return length;
        }
        finally
        {
            File.Delete(arriving);
        }
    }

    public async Task<T> PutAsync<T>(string path, object body, CancellationToken stop)
    {
        using var answer = await SendAsync(HttpMethod.Put, path, JsonContent.Create(body, options: Wire.Json), stop);
        return (await answer.Content.ReadFromJsonAsync<T>(Wire.Json, stop))!;
    }

    public async Task PutAsync(string path, object body, CancellationToken stop) =>
        (await SendAsync(HttpMethod.Put, path, JsonContent.Create(body, body.GetType(), options: Wire.Json), stop)).Dispose();


    /// <summary>Posts a file as it is.</summary>
    public async Task<T> SendFileAsync<T>(string path, string file, CancellationToken stop)
    {
        if (!File.Exists(file)) throw new CliException(ExitCode.NotFound, $"There is no file {file}.");
        var content = new ByteArrayContent(await File.ReadAllBytesAsync(file, stop)) { Headers = { ContentType = new("application/octet-stream") } };
        using var answer = await SendAsync(HttpMethod.Post, path, content, stop);
        var text = await answer.Content.ReadAsStringAsync(stop);
        return text.Length == 0 ? default! : JsonSerializer.Deserialize<T>(text, Wire.Json)!;
    }

    public async Task DeleteAsync(string path, CancellationToken stop) =>
        (await SendAsync(HttpMethod.Delete, path, null, stop)).Dispose();

    /// <summary>Server-sent events, each with its type, until the server ends the stream.</summary>
    public async IAsyncEnumerable<SseItem<string>> EventsAsync(
        string path, [EnumeratorCancellation] CancellationToken stop)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, null, stop, "text/event-stream");
        await using var stream = await answer.Content.ReadAsStreamAsync(stop);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(stop)) yield return item;
    }

    /// <summary>The whole picture, at once and then each time it changes, at least every second.</summary>
    public async IAsyncEnumerable<StatusView> StatusesAsync([EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var item in EventsAsync("api/v1/events", stop))
            if (item.EventType == "status") yield return JsonSerializer.Deserialize<StatusView>(item.Data, Wire.Json)!;
    }

    public async Task<string> TextAsync(string path, CancellationToken stop)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, null, stop, "text/plain");
        return await answer.Content.ReadAsStringAsync(stop);
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? body, CancellationToken stop, string accept = "application/json",
        TimeSpan? within = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(within ?? AnswerWithin);
        using var request = new HttpRequestMessage(method, path.TrimStart('/')) { Content = body };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        }
        catch (Exception refused) when (refused is HttpRequestException
            || (refused is TaskCanceledException && !stop.IsCancellationRequested))
        {
            throw new CliException(ExitCode.NoServer, $"No server answers at {_server.Address} (from {_server.Found}).",
                "Is the server running? Start it with `headway up`, or name another with --server.");
        }
        if (answer.IsSuccessStatusCode) return answer;
        using (answer) throw await FailureAsync(answer, stop);
    }

    private async Task<CliException> FailureAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        var problem = await ProblemAsync(answer, stop);
        return answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(ExitCode.NoServer,
                problem ?? $"The server at {_server.Address} does not know the token.",
                "Give the file that holds it with --token-file, or the server's data folder with --data."),
            HttpStatusCode.NotFound => new(ExitCode.NotFound, problem ?? $"{_server.Address} has no such thing."),
            HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity => new(ExitCode.Refused,
                problem ?? "A rule does not allow it now."),
            HttpStatusCode.BadRequest => new(ExitCode.Usage, problem ?? "The server does not understand the request."),
            var code => new(ExitCode.No, problem ?? $"The server answered {(int)code}."),
        };
    }

    /// <summary>The sentence of an RFC 9457 problem, or null.</summary>
    private static async Task<string?> ProblemAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        try
        {
            var text = await answer.Content.ReadAsStringAsync(stop);
            if (text.Length is 0 or > 64 * 1024) return null;
            var problem = JsonSerializer.Deserialize<JsonElement>(text, Wire.Json);
            foreach (var name in new[] { "detail", "title" })
                if (problem.ValueKind is JsonValueKind.Object && problem.TryGetProperty(name, out var says)
                    && says.ValueKind is JsonValueKind.String) return says.GetString();
        }
        catch (JsonException)
        {
            // Not a problem document; the status must do.
        }
        return null;
    }

    public void Dispose() => _http.Dispose();
}

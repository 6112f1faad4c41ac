namespace Headway.Node.Instances;

/// <summary>Asks one path again and again, never twice at once, and remembers how it went.</summary>
internal sealed class HealthProbe(HttpClient http, TimeSpan limit)
{
    private Task<string?>? _running;
    private TimeSpan _next;

    /// <summary>Answers 2xx in a row, or other outcomes in a row; one of them is zero.</summary>
    public int Passed { get; private set; }
    public int Failed { get; private set; }

    /// <summary>How the last one went wrong, for example `last answer 500`.</summary>
    public string? Says { get; private set; }

    public void Turn(TimeSpan now, TimeSpan every, int port, string path)
    {
        if (_running is { IsCompleted: true })
        {
            Says = _running.Result;
            (Passed, Failed) = Says is null ? (Passed + 1, 0) : (0, Failed + 1);
            _running = null;
        }
        if (_running is not null || now < _next) return;
        _next = now + every;
        _running = AskAsync(new Uri($"http://127.0.0.1:{port}{(path.StartsWith('/') ? "" : "/")}{path}"));
    }

    private async Task<string?> AskAsync(Uri address)
    {
        using var stop = new CancellationTokenSource(limit);
        try
        {
            // A new connection each time: an accept queue that nobody serves any more has to be noticed.
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.ConnectionClose = true;
            request.Headers.UserAgent.ParseAdd("headway-health");
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            return answer.IsSuccessStatusCode ? null : $"last answer {(int)answer.StatusCode}";
        }
        catch (OperationCanceledException)
        {
            return $"no answer within {limit.TotalSeconds:0.#} s";
        }
        catch (HttpRequestException e)
        {
            return e.HttpRequestError is HttpRequestError.ConnectionError
                ? "nothing listens on the port" : $"no valid answer ({e.Message})";
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;

namespace Headway.Benchmarks.EndToEnd;

/// <summary>What users felt of one release.</summary>
internal sealed class Felt
{
    public long Requests { get; private set; }
    public long Failures { get; private set; }
    public DateTimeOffset? FirstFailure { get; private set; }
    public DateTimeOffset? Last { get; private set; }

    public void Count(DateTimeOffset at, bool failed)
    {
        lock (this)
        {
            Requests++;
            Last = at;
            if (!failed) return;
            Failures++;
            FirstFailure ??= at;
        }
    }
}

/// <summary>300 users who do not wait for each other: requests start at their rate whether or not answers come.</summary>
internal sealed class Users : IAsyncDisposable
{
    private const int Count = 300;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);
    private readonly HttpClient _http;
    private readonly ConcurrentDictionary<string, Felt> _releases = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Random _random = new(1);
    private readonly Task _running;
    private int _inFlight;

    public Users(int port, int requestsPerSecond)
    {
        _http = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false, MaxConnectionsPerServer = Count })
        {
            BaseAddress = new($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(10),
        };
        _running = RunAsync(requestsPerSecond);
    }

    /// <summary>By the release that answered; `-` where none did.</summary>
    public Felt Of(Func<string, bool> release) =>
        _releases.FirstOrDefault(each => release(each.Key)).Value ?? new();

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _running;
        while (Volatile.Read(ref _inFlight) > 0) await Task.Delay(Tick);
        _http.Dispose();
        _ended.Dispose();
    }

    private async Task RunAsync(int rate)
    {
        using var timer = new PeriodicTimer(Tick);
        var (last, owed) = (Stopwatch.GetTimestamp(), 0.0);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token))
            {
                var now = Stopwatch.GetTimestamp();
                owed += Stopwatch.GetElapsedTime(last, now).TotalSeconds * rate;
                last = now;
                for (; owed >= 1; owed--) _ = SendAsync($"user-{_random.Next(Count)}", $"/item/{_random.Next(1000)}");
            }
        }
        catch (OperationCanceledException)
        {
            // The measurement is over.
        }
    }

    private async Task SendAsync(string user, string path)
    {
        Interlocked.Increment(ref _inFlight);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("x-user-id", user);
            using var answer = await _http.SendAsync(request);
            Note(answer.Headers.TryGetValues("x-release", out var by) ? by.First() : "-", !answer.IsSuccessStatusCode);
        }
        catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException)
        {
            Note("-", failed: true);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private void Note(string release, bool failed) =>
        _releases.GetOrAdd(release, _ => new()).Count(DateTimeOffset.UtcNow, failed);
}

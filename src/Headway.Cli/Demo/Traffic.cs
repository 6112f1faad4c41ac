using System.Collections.Concurrent;
using System.Diagnostics;

namespace Headway.Cli.Demo;

/// <param name="RequestsPerSecond">
/// Sent whether or not single answers come, since users do not wait for each other; fewer while all of them wait.
/// </param>
/// <param name="Customers">Distinct users; each has a name and keeps its side.</param>
internal sealed record TrafficSettings(int RequestsPerSecond, int Customers);

/// <summary>Customers of the shop, with an open loop and connections that are kept.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    private const int MostInFlight = 4000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);
    private readonly TrafficSettings _settings;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<string, ReleaseTraffic> _releases = new();
    private readonly Random _random = new(1);
    private CrowdRate _rate;
    private volatile int _most = int.MaxValue;
    private int _inFlight;
    private Task _running = Task.CompletedTask;

    public Traffic(TrafficSettings settings, Uri address)
    {
        (_settings, _rate) = (settings, CrowdRate.First(settings.RequestsPerSecond));
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseCookies = false, UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxConnectionsPerServer = Math.Min(settings.Customers, 1000),
        })
        { BaseAddress = address, Timeout = TimeSpan.FromSeconds(10) };
    }

    /// <summary>By the release that answered, as it says itself; `-` where no answer came.</summary>
    public IReadOnlyDictionary<string, ReleaseTraffic> Releases => _releases;

    public long Requests => _releases.Values.Sum(release => release.Requests);

    public long Failures => _releases.Values.Sum(release => release.Failures);

    public ReleaseTraffic Of(string release) => _releases.GetValueOrDefault(release) ?? new();

    public void Begin() => _running = RunAsync(_ended.Token);

    /// <summary>From now on at most so many.</summary>
    public void Slow(int requestsPerSecond) => _most = requestsPerSecond;

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _running;
        _http.Dispose();
        _ended.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Tick);
        var (last, owed) = (Stopwatch.GetTimestamp(), 0.0);
        var reviewed = last;
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                var now = Stopwatch.GetTimestamp();
                owed += Stopwatch.GetElapsedTime(last, now).TotalSeconds * _rate.Now;
                last = now;
                if (Stopwatch.GetElapsedTime(reviewed, now) >= CrowdRate.Review)
                    (_rate, reviewed) = (_rate.After(Volatile.Read(ref _inFlight)).AtMost(_most), now);
                for (; owed >= 1; owed--) Send(stop);
            }
        }
        catch (OperationCanceledException)
        {
            while (Volatile.Read(ref _inFlight) > 0) await Task.Delay(Tick, CancellationToken.None);
        }
    }

    private void Send(CancellationToken stop)
    {
        if (Interlocked.Increment(ref _inFlight) > MostInFlight)
        {
            Interlocked.Decrement(ref _inFlight);
            Count("-", failed: true);
            return;
        }
        _ = SendAsync(Visit.Draw(_random, _settings.Customers), stop);
    }

    private async Task SendAsync(HttpRequestMessage visit, CancellationToken stop)
    {
        try
        {
            using (visit)
            using (var answer = await _http.SendAsync(visit, HttpCompletionOption.ResponseContentRead, stop))
                Count(answer.Headers.TryGetValues("x-headway-release", out var release) ? release.First() : "-",
                    failed: (int)answer.StatusCode >= 500);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException or IOException)
        {
            Count("-", failed: true);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private void Count(string release, bool failed) => _releases.GetOrAdd(release, _ => new()).Count(failed);
}

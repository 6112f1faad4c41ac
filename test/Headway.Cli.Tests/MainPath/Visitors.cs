using System.Collections.Concurrent;
using System.Diagnostics;

namespace Headway.Cli.Tests.MainPath;

/// <summary>Users who come whether or not answers do, on connections that are kept; each keeps his name.</summary>
internal sealed class Visitors : IAsyncDisposable
{
    /// <summary>Stands for the release where none answered.</summary>
    public const string Nobody = "-";

    private const int PerSecond = 150, Users = 200;
    private const int OneSlowIn = 20;
    private readonly HttpClient _http;
    private readonly bool _alsoSlow;
    private readonly string _path;
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<(string Release, bool Failed), int> _counts = new();
    private readonly Task _running;
    private int _inFlight, _sent;

    /// <param name="alsoSlow">Some ask for what takes two seconds.</param>
    /// <param name="path">What the others ask for.</param>
    public Visitors(Uri address, bool alsoSlow, string path = "/")
    {
        _path = path;
        _alsoSlow = alsoSlow;
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseCookies = false, UseProxy = false, MaxConnectionsPerServer = 100,
        })
        { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };
        _running = RunAsync(_ended.Token);
    }

    /// <summary>The first failures, for the message of a test that did not expect them.</summary>
    public ConcurrentQueue<string> Failures { get; } = new();

    public int Answered(string release) => Served(release) + Failed(release);

    public int Served(string release) => _counts.GetValueOrDefault((release, false));

    public int Failed(string release) => _counts.GetValueOrDefault((release, true));

    public int All => _counts.Values.Sum();

    public int AllFailed => _counts.Where(count => count.Key.Failed).Sum(count => count.Value);

    /// <summary>Holds once so many answers have come in a row that each user must have been among them.</summary>
    public Func<bool> NoMoreOf(string release)
    {
        var (seen, since) = (Answered(release), All);
        return () =>
        {
            if (Answered(release) != seen) (seen, since) = (Answered(release), All);
            return All - since > 2 * Users;
        };
    }

    /// <summary>Ends once every request that was sent has had its answer.</summary>
    public async Task LeaveAsync()
    {
        await _ended.CancelAsync();
        await _running;
        await Wait.UntilAsync(() => Volatile.Read(ref _inFlight) == 0);
    }

    public override string ToString() => string.Join(", ", _counts.OrderBy(count => count.Key)
        .Select(count => $"{count.Key.Release} {(count.Key.Failed ? "failed" : "served")} {count.Value}"))
        + (Failures.IsEmpty ? "" : $"; first failures: {string.Join(" | ", Failures.Take(5))}");

    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        _http.Dispose();
        _ended.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        var (last, owed) = (Stopwatch.GetTimestamp(), 0.0);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                var now = Stopwatch.GetTimestamp();
                owed += Stopwatch.GetElapsedTime(last, now).TotalSeconds * PerSecond;
                for (last = now; owed >= 1; owed--)
                {
                    var path = _alsoSlow && _sent % OneSlowIn == 0 ? "/slow" : _path;
                    _ = SendAsync(_sent++ % Users * 7919 % Users, path);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task SendAsync(int user, string path)
    {
        Interlocked.Increment(ref _inFlight);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("x-user-id", $"user-{user}");
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead);
            Count(answer.Headers.TryGetValues("x-headway-release", out var release) ? release.First() : Nobody,
                answer.IsSuccessStatusCode ? null
                    : $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
        catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException or IOException)
        {
            Count(Nobody, $"{lost.Message} {lost.InnerException?.Message}");
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private void Count(string release, string? failure)
    {
        _counts.AddOrUpdate((release, failure is not null), 1, (_, count) => count + 1);
        if (failure is not null && Failures.Count < 100) Failures.Enqueue($"{release}: {failure.Trim()}");
    }
}

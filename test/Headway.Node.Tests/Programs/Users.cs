using System.Collections.Concurrent;

namespace Headway.Node.Tests.Programs;

/// <summary>A few users who ask one after the other over connections that stay open, and note every failure.</summary>
public sealed class Users : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentDictionary<string, int> _answers = new();
    private readonly Task[] _asking;
    private long _served;

    public Users(int port, string path = "/", int count = 4) =>
        _asking = [.. Enumerable.Range(0, count).Select(_ => AskAsync($"http://127.0.0.1:{port}{path}"))];

    public long Served => Interlocked.Read(ref _served);

    /// <summary>How many answers came from each release.</summary>
    public IReadOnlyDictionary<string, int> Answers => _answers;

    /// <summary>Returns when so many more requests have been answered.</summary>
    public async Task ServedAsync(int more)
    {
        var goal = Served + more;
        var end = DateTime.UtcNow.AddSeconds(40);
        while (Served < goal && _failures.IsEmpty && DateTime.UtcNow < end) await Task.Delay(10);
    }

    public async Task<IReadOnlyCollection<string>> StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_asking);
        return _failures;
    }

    private async Task AskAsync(string address)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var answer = await _http.GetAsync(address);
                var body = await answer.Content.ReadAsStringAsync();
                if (!answer.IsSuccessStatusCode) _failures.Enqueue($"{(int)answer.StatusCode} {body}");
                else _answers.AddOrUpdate(body.Split(' ')[0], 1, (_, count) => count + 1);
            }
            catch (Exception e)
            {
                _failures.Enqueue(e.Message);
            }
            Interlocked.Increment(ref _served);
            await Task.Delay(2);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _http.Dispose();
    }
}

using System.Diagnostics;

namespace Headway.Node.Jobs;

/// <summary>Looks now and then how much a job has written, and says when it is too much.</summary>
internal sealed class DiskWatch : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public DiskWatch(JobFolder folder, long limitBytes, Action<string> tooMuch) =>
        _ = Task.Run(() => WatchAsync(folder, limitBytes, tooMuch));

    /// <summary>Does not wait: what it has seen may be the very reason why it is disposed.</summary>
    public void Dispose() => _stop.Cancel();

    private async Task WatchAsync(JobFolder folder, long limitBytes, Action<string> tooMuch)
    {
        try
        {
            while (true)
            {
                var clock = Stopwatch.StartNew();
                foreach (var place in folder.Written.Add(folder.Beside))
                    if (FolderWalk.Bytes(place, _stop.Token) > limitBytes)
                    {
                        tooMuch($"it wrote more than {limitBytes >> 20} MB");
                        return;
                    }
                // Looking may cost at most a twentieth of the time, however many files there are.
                await Task.Delay(TimeSpan.FromSeconds(1) + clock.Elapsed * 20, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (IOException)
        {
            // The job's folders go away only when the job is over.
        }
    }
}

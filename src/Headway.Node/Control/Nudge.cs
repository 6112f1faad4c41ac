namespace Headway.Node.Control;

/// <summary>Wakes a loop that waits; nudges that come while it is awake are one.</summary>
internal sealed class Nudge : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(0, 1);

    public void Give()
    {
        try
        {
            _semaphore.Release();
        }
        catch (SemaphoreFullException)
        {
            // One is waiting already, which is enough.
        }
    }

    public Task WaitAsync(TimeSpan atMost, CancellationToken stop) => _semaphore.WaitAsync(atMost, stop);

    public void Dispose() => _semaphore.Dispose();
}

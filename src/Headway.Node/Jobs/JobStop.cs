namespace Headway.Node.Jobs;

/// <summary>Why a job was stopped before its end: the first reason counts.</summary>
internal sealed class JobStop
{
    public string? Why { get; private set; }

    public void Ask(string why, CancellationTokenSource job)
    {
        Why ??= why;
        // Not on this call: what follows from it would run inside whoever noticed.
        ThreadPool.QueueUserWorkItem(static source =>
        {
            try { source.Cancel(); }
            catch (ObjectDisposedException) { /* The job ended by itself meanwhile. */ }
        }, job, preferLocal: false);
    }
}

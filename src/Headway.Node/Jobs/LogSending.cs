namespace Headway.Node.Jobs;

/// <summary>
/// Carries a job's log to the server while it grows, and brings back whether the job is still wanted.
/// </summary>
internal sealed class LogSending(JobLog log, RunnerLink link, JobCall call, RunnerOptions options)
{
    private const int PieceBytes = 256 * 1024;
    private long _sent;

    /// <summary>
    /// Sends until stopped; calls `unwanted` once when the server says that the job is cancelled or not ours.
    /// </summary>
    public async Task RunAsync(Action<string> unwanted, CancellationToken stop)
    {
        var idle = TimeSpan.Zero;
        while (!stop.IsCancellationRequested)
        {
            if (log.Length > _sent || idle >= options.HeartbeatEvery)
            {
                idle = TimeSpan.Zero;
                var answer = await link.TryLogAsync(call, _sent, log.Read(_sent, PieceBytes), stop);
                if (answer is { } heard) _sent = heard.Offset;
                if (answer is { Unwanted: { } why }) unwanted(why);
            }
            await Task.Delay(options.LogEvery, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            idle += options.LogEvery;
        }
    }

    /// <summary>Sends what is left, for as long as it takes; ends early when the server does not want it.</summary>
    public async Task FlushAsync(CancellationToken stop)
    {
        while (log.Length > _sent)
        {
            var answer = await link.LogAsync(call, _sent, log.Read(_sent, PieceBytes), stop);
            if (answer.Gone) return;
            _sent = answer.Offset;
        }
    }
}

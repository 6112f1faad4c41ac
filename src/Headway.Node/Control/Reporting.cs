using Headway.Core.Nodes;
using Microsoft.Extensions.Logging;

namespace Headway.Node.Control;

/// <summary>Tells the server how the node looks: at once when something changed, and every second.</summary>
internal sealed class Reporting(ServerLink server, ILogger log) : IDisposable
{
    private readonly Nudge _changed = new();
    private volatile NodeReport? _report;
    private string? _last;

    /// <param name="shape">What makes a difference; loads and times change all the time and can wait a second.</param>
    public void Offer(NodeReport report, string shape)
    {
        _report = report;
        if (shape == _last) return;
        _last = shape;
        _changed.Give();
    }

    public void Dispose() => _changed.Dispose();

    public async Task RunAsync(TimeSpan every, CancellationToken stop)
    {
        var backoff = new Backoff(every, TimeSpan.FromSeconds(10));
        while (!stop.IsCancellationRequested)
            try
            {
                await _changed.WaitAsync(every, stop);
                if (_report is not { } report) continue;
                await server.ReportAsync(report with { At = DateTimeOffset.UtcNow }, stop);
                backoff.Reset();
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                log.LogDebug("Report not delivered: {Reason}", e.Message);
                await Task.Delay(backoff.Next(), CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                return;
            }
    }
}

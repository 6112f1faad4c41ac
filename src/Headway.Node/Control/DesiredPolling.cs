using Headway.Core.Nodes;
using Microsoft.Extensions.Logging;

namespace Headway.Node.Control;

/// <summary>Asks the server for what is newer than what is in force, for ever, and calmly when it is gone.</summary>
internal sealed class DesiredPolling(ServerLink server, HeldState held, Problems problems, ILogger log)
{
    public async Task RunAsync(TimeSpan wait, Action changed, CancellationToken stop)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
        while (!stop.IsCancellationRequested)
            try
            {
                var desired = held.Desired;
                var offered = await server.DesiredAsync(desired.Epoch, desired.Version, wait, stop);
                problems.Say("server", null);
                if (offered is null)
                {
                    backoff.Reset();
                    continue;
                }
                if (held.Offer(offered))
                {
                    backoff.Reset();
                    log.LogInformation("Desired state {Epoch}.{Version} is in force", offered.Epoch, offered.Version);
                    changed();
                }
                else await Task.Delay(backoff.Next(), stop);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                var desired = held.Desired;
                Say(e, desired);
                await Task.Delay(backoff.Next(), CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                return;
            }
    }

    private void Say(Exception e, DesiredState desired)
    {
        if (!problems.All.Any(problem => problem.Contains(e.Message, StringComparison.Ordinal)))
            log.LogWarning("No desired state from the server: {Reason}", e.Message);
        problems.Say("server", e is IOException
            ? $"Desired state could not be kept on disk, so it is not obeyed yet: {e.Message}"
            : $"The server does not answer as it should ({e.Message}); desired state {desired.Epoch}.{desired.Version} "
              + "stays in force.");
    }
}

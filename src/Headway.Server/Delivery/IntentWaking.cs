using Headway.Server.Intent;
using Headway.Server.Rollouts;
using Microsoft.Extensions.Hosting;

namespace Headway.Server.Delivery;

/// <summary>Wakes the lanes that wait at a gate when a file of the state repo has changed: it may have been what they wait for.</summary>
public sealed class IntentWaking(StateRepo repo, LaneTurns turns) : IHostedService
{
    public void Wake()
    {
        foreach (var lane in turns.Lanes)
            if (lane.Gate is not null) turns.Wake(lane.Service, lane.Environment);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        repo.OnChange((_, _) => Wake());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

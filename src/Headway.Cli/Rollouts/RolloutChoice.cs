using Headway.Cli.Api;
using Headway.Server.Rollouts;

namespace Headway.Cli.Rollouts;

internal static class RolloutChoice
{
    /// <summary>The rollout of that id; without one the only open rollout.</summary>
    /// <exception cref="CliException">None is open, or more than one.</exception>
    public static async Task<RolloutView> FindAsync(ApiClient api, string? id, CancellationToken stop)
    {
        if (id is not null) return await api.GetAsync<RolloutView>($"api/v1/rollouts/{Uri.EscapeDataString(id)}", stop);
        var rollouts = await api.GetAsync<RolloutView[]>("api/v1/rollouts?limit=100", stop);
        return rollouts.Where(rollout => rollout.State.IsOpen).ToList() switch
        {
            [var only] => only,
            [] when rollouts.Length > 0 => throw new CliException(ExitCode.NotFound, "No rollout is open.",
                $"The newest was {rollouts[0].State.Id}; `headway rollouts list` shows more."),
            [] => throw new CliException(ExitCode.NotFound, "There is no rollout yet."),
            var several => throw new CliException(ExitCode.Usage, "Several rollouts are open; name one.",
                string.Join(", ", several.Select(rollout => rollout.State.Id))),
        };
    }
}

using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Targets.Nodes;

namespace Headway.Server.Secrets;

/// <summary>
/// Asks nodes to replace the instances that use a secret, one by one, each after its successor is ready: users notice
/// nothing, and the release, its share and its rollout stay as they are.
/// </summary>
public sealed class SecretRestarts(NodeBoard board, TimeProvider time)
{
    public async Task<SecretRestart> OfAsync(string secret, CancellationToken stop)
    {
        var (lanes, refresh) = (new SortedSet<string>(StringComparer.Ordinal), time.GetUtcNow().ToUnixTimeMilliseconds());
        foreach (var node in board.Nodes)
            await board.ChangeAsync(node, desired =>
            {
                var uses = desired.Workloads.Where(workload => Uses(workload, secret)).ToList();
                lanes.UnionWith(uses.Select(workload => workload.Lane));
                return uses.Count == 0 ? desired : desired with
                {
                    Workloads = [.. desired.Workloads.Select(workload => !Uses(workload, secret) ? workload
                        : workload with { Refresh = Math.Max(refresh, workload.Refresh + 1) })],
                };
            }, stop);
        return new([.. lanes]);
    }

    private static bool Uses(WorkloadWanted workload, string secret) => workload.Instances > 0
        && !workload.Run.Secrets.IsDefaultOrEmpty && workload.Run.Secrets.Any(use => use.Secret == secret);
}

/// <param name="Lanes">Whose instances are replaced.</param>
public sealed record SecretRestart(ImmutableArray<string> Lanes);

using System.Collections.Immutable;
using Headway.Core.Secrets;
using Headway.Targets.Nodes;

namespace Headway.Server.Secrets;

/// <summary>Which instances run with which version, by what their nodes report.</summary>
public sealed class SecretStatus(NodeBoard board, TimeProvider time)
{
    public SecretStatusView Of(SecretRow row)
    {
        var holders = board.Nodes.Select(board.LastReport).SelectMany(last => last is null ? []
            : from workload in last.Value.Report.Workloads
              from instance in workload.Instances
              let version = instance.Secrets?.GetValueOrDefault(row.Name) ?? 0
              where version > 0
              select new SecretHolder(last.Value.Report.Node, workload.Lane, workload.Release, instance.Id, version))
            .ToImmutableArray();
        return new(SecretView.Of(row, time.GetUtcNow()), holders, [.. Says(row, holders)]);
    }

    private static IEnumerable<string> Says(SecretRow row, ImmutableArray<SecretHolder> holders)
    {
        foreach (var old in holders.Where(holder => holder.Version != row.Versions.Current).GroupBy(holder => holder.Version))
            yield return $"{old.Count()} instances still run with version {old.Key} ({row.Versions.WordOf(old.Key)}): "
                + $"`headway secrets restart {row.Name}` restarts them one by one.";
        if (row.Versions.Previous is { } previous && holders.All(holder => holder.Version != previous))
            yield return $"No instance runs with version {previous} any more: `headway secrets retire {row.Name}` destroys it.";
    }
}

/// <param name="Version">That it was started with.</param>
public sealed record SecretHolder(string Node, string Lane, string Release, string Instance, int Version);

public sealed record SecretStatusView(SecretView Secret, ImmutableArray<SecretHolder> Holders, ImmutableArray<string> Says);

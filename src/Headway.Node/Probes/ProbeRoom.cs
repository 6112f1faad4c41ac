using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Node.Control;
using Headway.Node.Gateway;
using Headway.Node.Instances;

namespace Headway.Node.Probes;

/// <summary>What looks at instances have in common.</summary>
internal sealed record ProbeRoom(
    HeldState Held, Supervisor Supervisor, SampleOutbox Outbox, InstanceRoom Instances, Func<string, ArtifactSeen> Artifact)
{
    private readonly ConcurrentDictionary<(string Lane, string Release), int> turns = new();

    public DesiredState Desired => Held.Desired;

    /// <summary>The ready instances of a release in turn, beginning anywhere; null when there is none.</summary>
    public InstanceEndpoint? Next(string lane, string release)
    {
        ImmutableArray<InstanceEndpoint> ready =
        [
            .. Supervisor.Endpoints.Where(at => at.Lane == lane && at.Release == release && at.Ready)
                .OrderBy(at => at.Instance, StringComparer.Ordinal),
        ];
        if (ready.IsEmpty) return null;
        var turn = turns.AddOrUpdate((lane, release), _ => Random.Shared.Next(1024), (_, before) => (before + 1) & 0xFFFFF);
        return ready[turn % ready.Length];
    }

    /// <summary>Nobody has asked the instance to leave; what went wrong with one that was asked says nothing.</summary>
    public bool Stays(InstanceEndpoint at) => Supervisor.Staying.Contains(at.Instance);
}

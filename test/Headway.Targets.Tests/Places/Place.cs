using System.Collections.Immutable;
using Headway.Core.Services;
using Headway.Core.Targets;
using Headway.Targets.Gateway;
using Headway.Targets.Nodes;
using Headway.Targets.Processes;

namespace Headway.Targets.Tests.Places;

/// <summary>A driver, a place that it drives, and what the contract needs to know about both.</summary>
internal sealed class Place
{
    private int _keepsUntilAbandoned = -1;

    private Place(string kind, int nodes, Effect first, Effect second)
    {
        Board = new(Time, epoch: 1, (_, stop) => KeepAsync(stop));
        Nodes = [.. Enumerable.Range(1, nodes).Select(i => new SimulatedNode(Board, $"node-{i}", Time))];
        Part = new(first.Part, kind, Lane, [.. Nodes.Select(n => n.Name)]);
        Drivers = new(
            new ProcessesDriver(Board, (_, release) => new($"sha256:{release}", new RunSpec("./run")), Time),
            new GatewayDriver(Board, _ => new(20_600, TimeSpan.FromSeconds(1)), Time));
        (First, Second) = (first, second);
    }

    public const string Lane = "shop/production";

    public ManualTime Time { get; } = new();
    public NodeBoard Board { get; }
    public ImmutableArray<SimulatedNode> Nodes { get; }
    public TargetDrivers Drivers { get; }
    public Part Part { get; }
    public ITargetDriver Driver => Drivers.Of(Part.Kind);

    /// <summary>Two effects that cannot both hold.</summary>
    public Effect First { get; }
    public Effect Second { get; }

    /// <summary>Every kind of place; the names are what a failing test shows.</summary>
    public static readonly ImmutableSortedDictionary<string, Func<Place>> All =
        ImmutableSortedDictionary<string, Func<Place>>.Empty
            .Add("processes on a node", () => Processes(1))
            .Add("processes on two nodes", () => Processes(2))
            .Add("tasks of processes", () => Tasks(1))
            .Add("gateway on a node", () => Gateway(1))
            .Add("gateway on two nodes", () => Gateway(2))
            .Add("gateway that copies requests", () => new("gateway", 1, Copied(0.1), Exposed(0.05)));

    /// <summary>Nodes poll, work and report, and a second passes.</summary>
    public void Settle()
    {
        foreach (var node in Nodes) node.Poll();
        Report();
    }

    public void Report()
    {
        foreach (var node in Nodes) node.Report();
        Time.Pass(TimeSpan.FromSeconds(1));
    }

    public Task ApplyAsync(Effect effect, long version, long epoch = 1) =>
        Driver.ApplyAsync(Part, effect, new(epoch, version), CancellationToken.None);

    public Task<Observation> ObserveAsync() => Driver.ObserveAsync(Part, CancellationToken.None);

    public async Task<bool> ShowsAsync(Effect effect, long version) =>
        new Core.Rollouts.WantedEffect(effect, version).Holds(await ObserveAsync(), epoch: 1);

    /// <summary>The next application is abandoned before the last of its nodes is told.</summary>
    public void AbandonNext() => _keepsUntilAbandoned = Part.Kind == "processes" && First is Effect.Done ? 0 : Nodes.Length - 1;

    private Task KeepAsync(CancellationToken stop)
    {
        if (_keepsUntilAbandoned-- == 0) throw new OperationCanceledException("The process stops.", stop);
        return Task.CompletedTask;
    }

    private static Place Processes(int nodes) =>
        new("processes", nodes, new Effect.Runs("workload", "shop-1", 2), new Effect.Runs("workload", "shop-1", 0));

    private static Place Tasks(int nodes) =>
        new("processes", nodes, Check("check-1"), Check("check-2"));

    private static Effect.Done Check(string name) =>
        new("workload", name, "shop-1", "./smoke.sh", 1, TimeSpan.FromMinutes(1));

    private static Place Gateway(int nodes) =>
        new("gateway", nodes, Exposed(0.05), Exposed(0.25));

    private static Effect.Exposed Copied(double share) => Exposed(0) with
    {
        To = new Exposure.Mirror(share) { Rules = new() { Ignore = ["$.at"], Methods = ["GET"] } },
    };

    private static Effect.Exposed Exposed(double share) =>
        new("traffic", "shop-1", "shop-2", new Exposure.Fraction(share, ExposureUnit.Client), new(TimeSpan.FromSeconds(30), 50));
}

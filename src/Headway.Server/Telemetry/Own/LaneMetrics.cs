using Headway.Core.Judging;
using Headway.Server.Rollouts;
using Headway.Targets.Nodes;

namespace Headway.Server.Telemetry.Own;

/// <summary>What is now: shares, verdicts, instances.</summary>
internal sealed class LaneMetrics(LaneTurns turns, LaneWorld world, NodeBoard board)
{
    private readonly FamilyBuilder _share = Gauge("headway_candidate_share", "The share of users that meet the candidate, 0 to 1.");
    private readonly FamilyBuilder _held = Gauge("headway_lane_held", "1 for each lane that lets no release in.");
    private readonly FamilyBuilder _current = Gauge("headway_release_current", "1 for the release that the users of a lane have.");
    private readonly FamilyBuilder _verdict = Gauge("headway_verdict", "1 for what the judge says of an open rollout.");
    private readonly FamilyBuilder _logE = Gauge("headway_judge_log_e",
        "Natural logarithm of the e-value against the candidate: it is rolled back at headway_judge_log_e_limit.");
    private readonly FamilyBuilder _limit = Gauge("headway_judge_log_e_limit", "Where the candidate is rolled back.");
    private readonly FamilyBuilder _signal = Gauge("headway_judge_signal",
        "Natural logarithm of the e-value of each metric that the judge looks at.");
    private readonly FamilyBuilder _risk = Gauge("headway_judge_relative_risk", "Failures of the candidate's users in those of stable's.");
    private readonly FamilyBuilder _excess = Gauge("headway_judge_excess_failures",
        "Failed requests beyond what stable would have had.");
    private readonly FamilyBuilder _cpu = Gauge("headway_instance_cpu_cores", "Processor time of an instance, in cores.");
    private readonly FamilyBuilder _memory = Gauge("headway_instance_memory_bytes", "Memory of an instance.");
    private readonly FamilyBuilder _connections = Gauge("headway_instance_open_connections", "Connections of users to an instance.");
    private readonly FamilyBuilder _ready = Gauge("headway_instance_ready", "1 when an instance is ready for users.");
    private readonly FamilyBuilder _restarts = new("headway_instance_restarts_total", MetricKind.Counter, "How often an instance was started again.");
    private readonly FamilyBuilder _age = Gauge("headway_node_report_age_seconds", "How long ago a node was last heard.");

    public IEnumerable<MetricFamily> Families()
    {
        foreach (var lane in turns.Lanes.OrderBy(l => l.Lane, StringComparer.Ordinal)) Lane(lane);
        foreach (var node in board.Nodes) Node(node);
        FamilyBuilder[] all =
        [
            _share, _held, _current, _verdict, _logE, _limit, _signal, _risk, _excess, _cpu, _memory, _connections, _ready,
            _restarts, _age,
        ];
        return all.Select(builder => builder.Family());
    }

    private static FamilyBuilder Gauge(string name, string help) => new(name, MetricKind.Gauge, help);

    private void Lane(LaneMemory memory)
    {
        (string, string)[] lane = [("service", memory.Service), ("environment", memory.Environment)];
        var state = world.Ledger.Lane(memory.Service, memory.Environment);
        _held.Add(state.Hold is null ? 0 : 1, lane);
        if (state.Current is { } current) _current.Add(1, [.. lane, ("release_id", current)]);
        if (state.Open is not { } open || world.Ledger.Rollout(open) is not { IsOpen: true } rollout) return;
        // After a restart the judge has seen nothing yet; what it said last is on record.
        var now = memory.Seen?.Verdict;
        if ((now is { Kind: not VerdictKind.NoEvidence } ? now : rollout.LastVerdict ?? now) is { } verdict) Verdict([.. lane, ("release_id", rollout.Candidate)], verdict);
    }

    private void Verdict((string, string)[] labels, Verdict verdict)
    {
        var evidence = verdict.Evidence;
        _verdict.Add(1, [.. labels, ("verdict", RecordMetrics.Word(verdict.Kind))]);
        _logE.Add(evidence.LogE, labels);
        _limit.Add(evidence.LogEToRollBack, labels);
        _excess.Add(evidence.ExcessFailures, labels);
        if (evidence.RelativeRisk is { } risk) _risk.Add(risk, labels);
        foreach (var metric in evidence.Metrics) _signal.Add(metric.LogE, [.. labels, ("signal", metric.Name)]);
    }

    private void Node(string node)
    {
        if (board.LastReport(node) is not { } last) return;
        _age.Add(Math.Round(last.Age.TotalSeconds, 3), ("node", node));
        foreach (var route in last.Report.Routes)
        {
            if (route.Candidate is { } candidate && Split(route.Lane) is { } lane)
                _share.Add(route.To.ShareOfUsers, [.. lane, ("release_id", candidate), ("node", node)]);
        }
        foreach (var workload in last.Report.Workloads)
        {
            if (Split(workload.Lane) is not { } lane) continue;
            foreach (var instance in workload.Instances)
            {
                if (instance.State == "stopped") continue;
                (string, string)[] labels = [.. lane, ("release_id", workload.Release), ("instance", instance.Id), ("node", node)];
                _cpu.Add(instance.CpuCores, labels);
                _memory.Add(instance.MemoryBytes, labels);
                _connections.Add(instance.OpenConnections, labels);
                _ready.Add(instance.State == "ready" ? 1 : 0, labels);
                _restarts.Add(instance.Restarts, labels);
            }
        }
    }

    private static (string, string)[]? Split(string lane) => lane.LastIndexOf('/') is > 0 and var at
        ? [("service", lane[..at]), ("environment", lane[(at + 1)..])] : null;
}

using Headway.Core.Nodes;

namespace Headway.Targets.Nodes;

/// <summary>Whether what a node last said is young enough to decide on.</summary>
internal static class NodeHealth
{
    public static readonly TimeSpan Silent = TimeSpan.FromSeconds(5);

    /// <summary>The reports of all nodes of a part, or the sentence that says which is missing.</summary>
    public static (List<(string Node, NodeReport Report)> Reports, DateTimeOffset SeenAt, string? Problem) Reports(
        NodeBoard board, IEnumerable<string> nodes, DateTimeOffset now)
    {
        var reports = new List<(string, NodeReport)>();
        var seenAt = now;
        foreach (var node in nodes)
        {
            if (board.LastReport(node) is not { } last)
                return (reports, now, $"Node {node} has not reported to this server yet.");
            if (last.Age > Silent)
                return (reports, now, $"Node {node} has not been heard for {last.Age.TotalSeconds:0} s.");
            if (last.ReceivedAt < seenAt) seenAt = last.ReceivedAt;
            reports.Add((node, last.Report));
        }
        return reports.Count == 0
            ? (reports, now, "No node is there to carry it. Start one with `headway node`.")
            : (reports, seenAt, null);
    }
}

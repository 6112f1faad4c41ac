using System.Text;
using Headway.Core.Nodes;

namespace Headway.Server.Nodes;

/// <summary>Which lanes a report says something new about. CPU and memory move all the time and wake nobody.</summary>
internal static class NodeChanges
{
    public static IEnumerable<string> Lanes(NodeReport? before, NodeReport now)
    {
        var old = before is null ? [] : Signatures(before);
        foreach (var (lane, signature) in Signatures(now))
            if (before?.Version != now.Version || !old.TryGetValue(lane, out var was) || was != signature)
                yield return lane;
    }

    private static Dictionary<string, string> Signatures(NodeReport report)
    {
        var lanes = new Dictionary<string, StringBuilder>();
        foreach (var w in report.Workloads)
        {
            var says = Of(w.Lane).Append(w.Release).Append(w.Failure).Append(w.Fence);
            foreach (var i in w.Instances) says.Append(i.Id).Append(i.State);
        }
        foreach (var r in report.Routes) Of(r.Lane).Append(r.Version).Append(r.Fence).Append(r.To).Append(r.Lowered);
        foreach (var t in report.Tasks) Of(t.Lane).Append(t.Key).Append(t.Outcome);
        return lanes.ToDictionary(l => l.Key, l => l.Value.ToString());

        StringBuilder Of(string lane)
        {
            if (!lanes.TryGetValue(lane, out var says)) lanes[lane] = says = new();
            return says;
        }
    }
}

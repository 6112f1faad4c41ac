using System.Text;
using Headway.Core.Nodes;

namespace Headway.Node.Control;

/// <summary>The part of a report whose change is worth telling at once.</summary>
internal static class ReportShape
{
    public static string Of(NodeReport report)
    {
        var shape = new StringBuilder($"{report.Epoch}.{report.Version}");
        foreach (var workload in report.Workloads)
        {
            shape.Append($"|{workload.Lane} {workload.Release} {workload.Fence} {workload.Failure}");
            foreach (var instance in workload.Instances)
                shape.Append($";{instance.Id} {instance.State} {instance.Restarts} {instance.OpenConnections == 0}");
        }
        foreach (var route in report.Routes)
            shape.Append($"|{route.Lane} {route.Version} {route.To.ShareOfUsers} {route.Lowered}");
        foreach (var task in report.Tasks) shape.Append($"|{task.Lane} {task.Key} {task.Outcome}");
        return shape.AppendJoin('|', report.Problems).ToString();
    }
}

using Headway.Core.Evidence;

namespace Headway.Server.Specs.Signals;

/// <summary>`instances: memory`.</summary>
internal static class InstancesShape
{
    private static readonly Field<InstanceMeasure> Measure = new(
        "instances", "What nodes measure of each instance: `cpu`, `memory`, `connections` or `restarts`.",
        Shapes.Word("cpu", "memory", "connections", "restarts").Select(word => word switch
        {
            "cpu" => InstanceMeasure.Cpu,
            "connections" => InstanceMeasure.Connections,
            "restarts" => InstanceMeasure.Restarts,
            _ => InstanceMeasure.Memory,
        }), InstanceMeasure.Memory);

    public static readonly SignalSourceField Field = new(
        Measure, [], values => new SignalSource.Instances(values.Get(Measure)));
}

using Headway.Core.Evidence;

namespace Headway.Server.Specs.Signals;

/// <summary>`telemetry: required`.</summary>
internal static class TelemetryShape
{
    private static readonly Field<bool> Expected = new(
        "telemetry", "Whether the release's own metrics, traces and logs must arrive: `required`, or `expected` (the "
            + "default for every service) where the old release sends them.",
        Shapes.Word("required", "expected").Select(word => word == "required"), false);

    public static readonly SignalSourceField Field = new(
        Expected, [], values => new SignalSource.Telemetry(values.Get(Expected)));
}

using Headway.Core.Evidence;

namespace Headway.Server.Specs.Signals;

/// <summary>`dependency: payments-db` and `logs: new errors`: what the release's own telemetry tells.</summary>
internal static class OwnTelemetryShapes
{
    private static readonly Field<string> Name = new(
        "dependency", "Something that the service calls, by its name in `headway telemetry`: failed calls of all.",
        Shapes.Text("the name of a dependency such as `payments-db`"), "");

    private static readonly Field<string> Kind = new(
        "logs", "`new errors`: log records of severity error and above of a kind that no earlier release has written.",
        Shapes.Word("new errors"), "new errors");

    public static readonly SignalSourceField Dependency = new(
        Name, [], values => new SignalSource.Dependency(values.Get(Name)));

    public static readonly SignalSourceField Logs = new(Kind, [], _ => new SignalSource.Logs());
}

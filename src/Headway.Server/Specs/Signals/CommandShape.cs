using Headway.Core.Evidence;

namespace Headway.Server.Specs.Signals;

/// <summary>`command: ./evidence/revenue.sh`.</summary>
internal static class CommandShape
{
    private static readonly Field<string> Command = new(
        "command", "Run on nodes in the candidate's artifact, for each side; prints one number. HEADWAY_URL, "
            + "HEADWAY_RELEASE_ID and HEADWAY_SIDE say whom it is about.",
        Shapes.Text("a command such as `./evidence/revenue.sh`"), "");

    public static readonly SignalSourceField Field = new(
        Command, [], values => new SignalSource.Command(values.Get(Command)));
}

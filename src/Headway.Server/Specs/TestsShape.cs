using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Headway.Core.TestResults;

namespace Headway.Server.Specs;

/// <summary>`tests:` of headway.yaml.</summary>
internal static class TestsShape
{
    private static readonly Field<string> Test = new(
        "test", "Name of the test, as `headway tests` shows it.", Shapes.Text("the name of a test"), "", Required: true);

    private static readonly Field<string> Owner = new(
        "owner", "Who repairs it.", Shapes.Text("a team or a person"), "", Required: true);

    private static readonly Field<DateOnly> Until = new(
        "until", $"The last day on which it holds, at most {Core.TestResults.Quarantine.LongestDays} days ahead.", Day(), default,
        Required: true);

    private static readonly Field<string> Why = new("why", "Why.", Shapes.Text("a reason"), "", Required: true);

    private static readonly Field<ImmutableArray<Quarantine>> Quarantine = new(
        "quarantine", "Tests that run and are shown, and do not fail their job until a day.",
        Shapes.List("quarantine", Core.TestResults.Quarantine.MostOfService, MapShape.Of(
            "a quarantine", [Test, Owner, Until, Why], values => new Quarantine(
                values.Get(Test), values.Get(Owner), values.Get(Until), values.Get(Why)))), []);

    public static readonly Shape<TestsSpec> Shape = MapShape.Of(
        "`tests`", [Quarantine], values => new TestsSpec(values.Get(Quarantine)));

    private static Shape<DateOnly> Day() => new(
        () => new JsonObject { ["type"] = "string", ["pattern"] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" },
        (node, problems) =>
        {
            if (node is SpecNode.Scalar scalar && DateOnly.TryParseExact(scalar.Text.Trim(), "yyyy-MM-dd",
                CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                return Found.It(day);
            problems.Add(node.At, $"this cannot be {node.Kind}", "a day such as `2026-12-24`");
            return default;
        });
}

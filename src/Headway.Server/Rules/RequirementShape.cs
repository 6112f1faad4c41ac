using System.Collections.Immutable;
using System.Globalization;
using Headway.Core.Services;
using Headway.Server.Specs;

namespace Headway.Server.Rules;

/// <summary>A file of central requirements.</summary>
internal static class RequirementShape
{
    private const int Limit = 100, ListLimit = 50;

    private static readonly Shape<string> Text = Shapes.Text("text");

    private static readonly Field<ImmutableArray<string>> Services = new(
        "services", "Patterns of names such as `[shop-*]`; every service when not written.",
        Shapes.List("services", ListLimit, Text), []);

    private static readonly Field<DateOnly?> From = new(
        "from", "Until this day a commit without it is carried with a warning.", Day(), null);

    private static readonly Field<string?> Why = new(
        "why", "Said to whoever lacks it.", Text.Select(why => (string?)why), null);

    private static readonly Field<double?> Availability = new(
        "availability", "The least that has to be promised.",
        Quantity.Percent(0, 1).Select(share => (double?)share), null);

    private static readonly Field<bool> Telemetry = new(
        "telemetry", "The service has to say that it sends telemetry.", Shapes.Bool, false);

    private static readonly Field<ImmutableArray<string>> Jobs = new(
        "jobs", "Names of jobs that run for every change.", Shapes.List("jobs", ListLimit, Text), []);

    private static readonly Field<ImmutableArray<string>> Templates = new(
        "templates", "Templates such as `org-scan@1` of which a job runs for every change.",
        Shapes.List("templates", ListLimit, Template()), []);

    private static readonly Shape<Requirement> One = MapShape.Of(
        "a requirement", [Services, From, Why, Availability, Telemetry, Jobs, Templates], values =>
        {
            var made = new Requirement("", values.Get(Services), values.Get(From), values.Get(Why))
            {
                Availability = values.Get(Availability), Telemetry = values.Get(Telemetry), Jobs = values.Get(Jobs),
                Templates = values.Get(Templates),
            };
            if (made is { Availability: null, Telemetry: false, Jobs.IsEmpty: true, Templates.IsEmpty: true })
                values.ProblemAt(values.At, "this requires nothing", "`availability`, `telemetry`, `jobs` or `templates`");
            return made;
        });

    private static readonly Field<ImmutableArray<Requirement>> All = new(
        "requirements", "What every headway.yaml has to have, each with a name.",
        NamedShape.Of("`requirements`", NamedShape.Name, NamedShape.NameSays, Limit, One)
            .Select(read => read.Select(each => each.Value with { Name = each.Name }).ToImmutableArray()), [], Required: true);

    private static readonly Shape<ImmutableArray<Requirement>> Shape =
        MapShape.Of("a file of requirements", [All], values => values.Get(All));

    public static (ImmutableArray<Requirement> Read, ImmutableArray<SpecProblem> Problems) Read(string fileName, string text)
    {
        var problems = new ProblemList(fileName);
        if (!SpecText.IsReadable(text, problems) || new SpecTree(problems).Parse(text) is not { } root)
            return ([], problems.ToImmutable());
        var read = Shape.Read(root, problems);
        return read.Ok && problems.Count == 0 ? (read.Value, []) : ([], problems.ToImmutable());
    }

    private static Shape<DateOnly?> Day() => new(Text.Schema, (node, problems) =>
    {
        if (node is SpecNode.Scalar scalar && DateOnly.TryParseExact(
            scalar.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return Found.It<DateOnly?>(day);
        problems.Add(node.At, $"{node.Kind} is no day", "a day such as `2026-12-01`");
        return default;
    });

    private static Shape<string> Template() => new(Text.Schema, (node, problems) =>
    {
        var read = Text.Read(node, problems);
        if (!read.Ok || (read.Value.Split('@') is [var name, var version] && NamedShape.Name.IsMatch(name)
            && TemplateName.VersionOf(version) is not null)) return read;
        problems.Add(node.At, $"`{SpecNode.Shorten(read.Value)}` names no template", "`NAME@1` or `NAME@1.2.0`");
        return default;
    });
}

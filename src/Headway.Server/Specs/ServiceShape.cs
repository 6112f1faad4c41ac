using System.Collections.Immutable;
using Headway.Core.Services;

namespace Headway.Server.Specs;

/// <summary>The whole of headway.yaml: the one description that the reader and the JSON Schema share.</summary>
internal static class ServiceShape
{
    private static readonly Field<string> Service = new(
        "service", "Name of the service.", NameShape(), "", Required: true);

    private static readonly Field<ImmutableArray<JobSpec>> Build = new(
        "build", "Jobs that turn a commit into an artifact; without it the source itself is what runs.",
        JobShape.Build, JobShape.SourceAsItIs);

    private static readonly Field<RunSpec?> Run = new(
        "run", "How a release is run.", RunShape.Shape.Select(run => (RunSpec?)run), null, Required: true);

    private static readonly Field<ObjectivesSpec> Objectives = new(
        "objectives", "What users are promised.", ObjectivesShape.Shape, ObjectivesSpec.None);

    private static readonly Field<ImmutableArray<EnvironmentSpec>> Release = new(
        "release", "Environments in the order of promotion; without it: production with a canary of 5%, 25%, 50%.",
        EnvironmentShape.Release, EnvironmentShape.ProductionByCanary);

    public static readonly Shape<ServiceSpec> Shape = MapShape.Of(
        "headway.yaml", [Service, Build, Run, Objectives, Release],
        values => new ServiceSpec(values.Get(Service), values.Get(Build), values.Get(Run) ?? new RunSpec(""),
            values.Get(Objectives), values.Get(Release)));

    private static Shape<string> NameShape()
    {
        var text = Shapes.Text("a name such as `checkout`");
        return new(
            () =>
            {
                var schema = text.Schema();
                schema["pattern"] = NamedShape.Name.ToString();
                return schema;
            },
            (node, problems) =>
            {
                var read = text.Read(node, problems);
                if (!read.Ok || NamedShape.Name.IsMatch(read.Value)) return read;
                problems.Add(node.At, $"`{SpecNode.Shorten(read.Value)}` cannot be the name of a service",
                    NamedShape.NameSays);
                return default;
            });
    }
}

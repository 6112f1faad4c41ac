using System.Collections.Immutable;
using Headway.Core.Services;

namespace Headway.Server.Specs;

/// <summary>The `run:` section.</summary>
internal static class RunShape
{
    private static readonly Field<string> Command = new(
        "command", "Starts one instance; relative to the artifact's root. It gets its port in PORT.",
        Shapes.Text("a command such as `./out/Shop`"), "", Required: true);

    private static readonly Field<string> Port = new(
        "port", "What the service speaks on the port it is given in PORT.", Shapes.Word("http"), "http");

    private static readonly Field<string> Health = new(
        "health", "Path of the readiness check; a 2xx answer means ready.", UrlPath(), "/");

    private static readonly Field<string?> Liveness = new(
        "liveness", "Path of the liveness check; an instance that fails it is started again.",
        UrlPath().Select(path => (string?)path), null);

    private static readonly Field<Instances> Count = new(
        "instances", "How many instances run: a number, or `{ min: 1, max: 4 }`.", InstancesShape.Shape, new(1, 1));

    private static readonly Field<double?> ScaleCpu = new(
        "cpu", "Average use of an instance's CPU above which one more is started.",
        Quantity.Percent(0.01, 1).Select(share => (double?)share), null);

    private static readonly Field<double?> ScaleRequests = new(
        "requests", "Requests per second and instance above which one more is started.",
        Quantity.RequestsPerSecond.Select(rate => (double?)rate), null);

    private static readonly Field<(double? Cpu, double? Requests)> Scale = new(
        "scale", "When instances are added and removed between min and max.",
        MapShape.Of("scale", [ScaleCpu, ScaleRequests], values => (values.Get(ScaleCpu), values.Get(ScaleRequests))),
        default);

    private static readonly Field<long?> Memory = new(
        "memory", "Memory limit of an instance.", Quantity.Memory.Select(bytes => (long?)bytes), null);

    private static readonly Field<double?> Cpu = new(
        "cpu", "CPU limit of an instance, in cores.", Shapes.Number(0.01, 1024).Select(cores => (double?)cores), null);

    private static readonly Field<TimeSpan?> StartWithin = new(
        "startWithin", "An instance that is not ready after this time has failed (60s when not written).",
        Limit().Select(time => (TimeSpan?)time), null);

    private static readonly Field<TimeSpan?> StopWithin = new(
        "stopWithin", "An instance that has not ended this long after it was asked to is killed (10s when not "
            + "written).",
        Limit().Select(time => (TimeSpan?)time), null);

    private static readonly Field<ImmutableSortedDictionary<string, string>> Env = new(
        "env", "Environment variables of every instance; never secrets.", VariablesShape.Shape, VariablesShape.None);

    public static readonly Shape<RunSpec> Shape = MapShape.Of(
        "`run`",
        [Command, Port, Health, Liveness, Count, Scale, Memory, Cpu, StartWithin, StopWithin, Env, SecretsShape.OfRun],
        values =>
        {
            var (instances, scale) = (values.Get(Count), values.Get(Scale));
            if (scale != default && instances.Min == instances.Max)
                values.Problem(Scale, "`scale` has nothing to choose: `instances` is one number",
                    "`instances: { min: 1, max: 4 }` beside it");
            SecretsShape.Check(values, SecretsShape.OfRun, values.Get(Env).Keys);
            return new RunSpec(values.Get(Command), values.Get(Health), values.Get(Liveness), instances.Min,
                instances.Max,
                values.Get(Memory), values.Get(Cpu), scale.Cpu, scale.Requests, values.Get(StartWithin),
                values.Get(StopWithin))
            { Variables = values.Get(Env), Secrets = values.Get(SecretsShape.OfRun) };
        });

    private static Shape<TimeSpan> Limit() => Quantity.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));

    internal static Shape<string> UrlPath()
    {
        var text = Shapes.Text("a path such as `/healthz`");
        return new(text.Schema, (node, problems) =>
        {
            var read = text.Read(node, problems);
            if (!read.Ok || (read.Value.StartsWith('/') && !read.Value.Any(char.IsWhiteSpace))) return read;
            problems.Add(node.At, $"`{SpecNode.Shorten(read.Value)}` is not a path", "a path such as `/healthz`",
                read.Value.Any(char.IsWhiteSpace) || read.Value.Contains(':') ? null : $"/{read.Value}");
            return default;
        });
    }
}

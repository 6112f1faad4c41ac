using System.Collections.Immutable;
using Headway.Core.Services;

namespace Headway.Server.Specs;

/// <summary>The `build:` section.</summary>
internal static class JobShape
{
    private const int JobLimit = 50;

    private static readonly Field<string> Run = new(
        "run", "Shell command, run at the root of the source.",
        Shapes.Text("a shell command such as `dotnet test`"), "", Required: true);

    private static readonly Field<string?> Artifact = new(
        "artifact", "Path to keep when the job succeeds, relative to the root of the source. One job has one.",
        RelativePath().Select(path => (string?)path), null);

    private static readonly Field<ImmutableArray<string>> Needs = new(
        "needs", "Jobs that must succeed before this one begins.",
        Shapes.Either(
            node => node is SpecNode.List,
            Shapes.List("needs", JobLimit, Shapes.Text("the name of a job")),
            Shapes.Text("the name of a job, or a list of them").Select(job => ImmutableArray.Create(job))), []);

    private static readonly Field<string?> Reports = new(
        "reports", "Pattern of test reports (TRX, JUnit) that the job writes.",
        Shapes.Text("a pattern such as `\"**/*.trx\"`").Select(pattern => (string?)pattern), null);

    private static readonly Field<TimeSpan> Timeout = new(
        "timeout", "The job is stopped after this time (10m when not written).",
        Quantity.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)), TimeSpan.FromMinutes(10));

    private static readonly Field<bool> Network = new(
        "network", "The job may use the network, for example to fetch packages (false when not written).",
        Shapes.Bool, false);

    private static readonly Shape<JobSpec> Job = MapShape.Of(
        "a job", [Run, Artifact, Needs, Reports, Timeout, Network],
        values => new JobSpec("", values.Get(Run), values.Get(Artifact), values.Get(Needs), values.Get(Reports),
            values.Get(Timeout), values.Get(Network)));

    private static readonly Shape<ImmutableArray<Named<JobSpec>>> Jobs =
        NamedShape.Of("`build`", NamedShape.Name, NamedShape.NameSays, JobLimit, Job);

    /// <summary>What is built when nothing is written: the source itself is what runs.</summary>
    public static readonly ImmutableArray<JobSpec> SourceAsItIs =
        [new("package", "true", ".", [], null, TimeSpan.FromMinutes(10), false)];

    public static readonly Shape<ImmutableArray<JobSpec>> Build = new(Jobs.Schema, ReadBuild);

    private static Found<ImmutableArray<JobSpec>> ReadBuild(SpecNode node, ProblemList problems)
    {
        var read = Jobs.Read(node, problems);
        if (!read.Ok) return default;
        JobOrderCheck.Run(node, read.Value, problems);
        return Found.It(read.Value.Select(job => job.Value with { Name = job.Name }).ToImmutableArray());
    }

    private static Shape<string> RelativePath()
    {
        var text = Shapes.Text("a path such as `out`");
        return new(text.Schema, (node, problems) =>
        {
            var read = text.Read(node, problems);
            if (!read.Ok) return default;
            var parts = read.Value.Split('/', '\\');
            if (!read.Value.StartsWith('/') && !read.Value.Contains('\\') && !parts.Contains("..")) return read;
            problems.Add(node.At, $"`{SpecNode.Shorten(read.Value)}` leads out of the source",
                "a path within the source, such as `out`");
            return default;
        });
    }
}

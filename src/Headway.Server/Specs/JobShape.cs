using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Headway.Core.Pipelines;
using Headway.Server.Specs.Jobs;
using Headway.Server.Specs.Templates;

namespace Headway.Server.Specs;

/// <summary>The `build:` section.</summary>
internal static class JobShape
{
    private const int JobLimit = 200;
    private const int VerifyLimit = 20;

    /// <summary>Every key of a job, in the order in which errors and the schema list them.</summary>
    private static readonly ImmutableArray<JobKey> Keys =
    [
        .. CommandKeys.Keys,
        .. KeptKeys.Keys,
        .. TestKeys.Keys,
        .. ScanKeys.Keys,
        .. SandboxKeys.Keys,
        .. RoomShape.Keys,
        .. ConditionKeys.Keys,
        .. VariableKeys.Keys,
        JobKey.Of(SecretsShape.OfJob, (job, secrets) => job with { Secrets = secrets }),
    ];

    private static readonly Shape<JobSpec> Job = MapShape.Of(
        "a job", [.. Keys.Select(key => key.Field)], values => JobKey.Make(Keys, values));

    /// <summary>`verify:` of an environment: jobs that keep nothing, and always reach the release that they try.</summary>
    public static readonly Shape<ImmutableArray<JobSpec>> Verify = VerifyShape();

    /// <summary>A job about an environment: it always reaches it, keeps nothing, and no earlier result stands for it.</summary>
    public static readonly Shape<JobSpec?> OfProvision = new(Job.Schema, (node, problems) =>
    {
        var read = Job.Read(node, problems);
        if (!read.Ok) return default;
        if (read.Value is { Artifact: null, Matrix: null, Needs.IsEmpty: true, Shard: null })
            return Found.It<JobSpec?>(read.Value with { Network = true, Cache = false });
        problems.Add(node.At, "this job is about an environment, so it has no `artifact`, `needs`, `matrix` or `shards`", "`run`, `timeout`, `secrets`, `env`, `labels`");
        return default;
    });

    private static readonly Shape<ImmutableArray<Named<JobSpec>>> Jobs =
        NamedShape.Of("`build`", NamedShape.Name, NamedShape.NameSays, JobLimit, Job);

    /// <summary>What is built when nothing is written: the source itself is what runs.</summary>
    public static readonly ImmutableArray<JobSpec> SourceAsItIs =
        [new("package", "true", ".", [], null, TimeSpan.FromMinutes(10), false)];

    public static readonly Shape<ImmutableArray<JobSpec>> Build = new(Schema, ReadBuild);

    /// <summary>Each job in itself, as far as a template can be checked before a service uses it.</summary>
    public static void CheckJobs(SpecNode build, ProblemList problems) => Jobs.Read(build, problems);

    /// <summary>Templates are written out before jobs are read, so only the schema knows of them here.</summary>
    private static JsonObject Schema()
    {
        var schema = Jobs.Schema();
        var jobs = schema["patternProperties"]!.AsObject();
        var name = jobs.Single().Key;
        jobs[name] = new JsonObject { ["anyOf"] = new JsonArray(jobs[name]!.DeepClone(), TemplateUse.OfJob()) };
        return new() { ["anyOf"] = new JsonArray(schema, TemplateUse.OfBuild(schema)) };
    }

    private static Shape<ImmutableArray<JobSpec>> VerifyShape()
    {
        var named = NamedShape.Of("`verify`", NamedShape.Name, NamedShape.NameSays, VerifyLimit, Job);
        return new(named.Schema, (node, problems) =>
        {
            var read = named.Read(node, problems);
            if (!read.Ok) return default;
            JobOrderCheck.OfNames(node, read.Value, problems);
            foreach (var job in read.Value.Where(each => each.Value.Artifact is not null))
                problems.Add(job.Key.At, $"`{job.Name}` tries a release, so it keeps no artifact", "no `artifact`");
            return Found.It(MatrixJobs.Expand(read.Value, VerifyLimit, node, problems)
                .Select(job => job with { Network = true, Cache = false }).ToImmutableArray());
        });
    }

    private static Found<ImmutableArray<JobSpec>> ReadBuild(SpecNode node, ProblemList problems)
    {
        var read = Jobs.Read(node, problems);
        if (!read.Ok) return default;
        JobOrderCheck.Run(node, read.Value, problems);
        return Found.It(ShardsShape.Spread(MatrixJobs.Expand(read.Value, JobLimit, node, problems), JobLimit, node, problems));
    }
}

using System.Collections.Immutable;
using Headway.Core.Pipelines;

namespace Headway.Server.Specs.Jobs;

/// <summary>The keys of a job that say what it is given to run in.</summary>
internal static class RoomShape
{
    private const int MostLabels = 20;
    private const int MostWrites = 20;

    private static readonly Field<JobBounds> Limits = new(
        "limits", "What the job may use at most: `{ cpu: 1.5, memory: 2 GB, processes: 500, disk: 5 GB }`.",
        BoundsShape.Shape, JobBounds.None);

    private static readonly Field<string?> Image = new(
        "image", "Image that the command runs in, through podman or docker of the runner.",
        ImageShape.Reference.Select(image => (string?)image), null);

    private static readonly Field<ImmutableArray<Companion>> Services = new(
        "services", "What runs beside the job and is ready before it begins: `{ db: { postgres: 15 } }`.",
        CompanionShape.Shape, []);

    private static readonly Field<ImmutableArray<JobCache>> Caches = new(
        "caches", "Folders that later jobs get back: `[npm]`, or `{ path: ~/.cache/tool, key: tool.lock }`.",
        CacheShape.Shape, []);

    private static readonly Field<ImmutableArray<string>> Labels = new(
        "labels", "Labels that a runner must have to carry the job: `[gpu]`.",
        Shapes.Either(node => node is SpecNode.List, Shapes.List("labels", MostLabels, Label()),
            Label().Select(label => ImmutableArray.Create(label))), []);

    private static readonly Field<ImmutableArray<string>?> Source = new(
        "source", "`read only`, or `{ writes: [out] }`: read-only but for these folders. Without it all may be written.",
        SourceShape.Shape.Select(writes => (ImmutableArray<string>?)writes), null);

    private static readonly Field<JobGroup?> Concurrency = new(
        "concurrency", "A group in which one job runs at a time, over all services, or `{ group: NAME, jobs: 3 }`.",
        GroupShape.Shape.Select(group => (JobGroup?)group), null);

    private static readonly ImmutableArray<Field> Fields =
        [Limits, Image, Services, Caches, Labels, Source, Concurrency];

    /// <summary>The room is one value of several keys, so the first of them makes it.</summary>
    public static readonly ImmutableArray<JobKey> Keys =
    [
        .. Fields.Select((field, at) => new JobKey(
            field, (values, job) => at == 0 ? job with { Room = Of(values) } : job)),
    ];

    /// <summary>Null where nothing of it was written.</summary>
    public static JobRoom? Of(MapValues values)
    {
        if (!Fields.Any(values.Has)) return null;
        if (values.Has(Image) && values.Has(Source))
            values.Problem(Source, "a job with an `image` has its source writable", "one of the two");
        return new()
        {
            Bounds = values.Get(Limits), Image = values.Get(Image), Companions = values.Get(Services),
            Caches = values.Get(Caches), Labels = values.Get(Labels), Writes = values.Get(Source),
            Groups = values.Get(Concurrency) is { } group ? [group] : [],
        };
    }

    private static Shape<string> Label() => Words.Matching("a label such as `gpu`", "^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,62}$",
        "letters, digits and `_.:/-`, at most 63");

    private static class SourceShape
    {
        private static readonly Field<ImmutableArray<string>> Writes = new(
            "writes", "Folders of the source that may be written.",
            Shapes.List("writes", MostWrites, Words.Inside("a folder such as `out`")), [], Required: true);

        private static readonly Shape<ImmutableArray<string>> Map =
            MapShape.Of("`source`", [Writes], values => values.Get(Writes));

        public static readonly Shape<ImmutableArray<string>> Shape = Shapes.Either(
            node => node is SpecNode.Scalar { IsNull: false },
            Shapes.Word("read only").Select(_ => ImmutableArray<string>.Empty), Map);
    }
}

using Headway.Core.Pipelines;

namespace Headway.Server.Specs.Jobs;

/// <summary>`limits:` of a job; its time stands in `timeout`.</summary>
internal static class BoundsShape
{
    private static readonly Field<double?> Cpu = new(
        "cpu", "Processors' worth of time: `1.5` is one and a half.",
        Shapes.Number(0.05, 1024).Select(cpu => (double?)cpu), null);

    private static readonly Field<long?> Memory = new(
        "memory", "Memory of the job and all that it starts.", Quantity.Memory.Select(bytes => (long?)bytes), null);

    private static readonly Field<int?> Processes = new(
        "processes", "Processes and threads at once.", Shapes.Whole(8, 100_000).Select(count => (int?)count), null);

    private static readonly Field<long?> Disk = new(
        "disk", "What the job may write, its source included.", Quantity.Memory.Select(bytes => (long?)bytes), null);

    public static readonly Shape<JobBounds> Shape = MapShape.Of(
        "`limits`", [Cpu, Memory, Processes, Disk],
        values => new JobBounds(values.Get(Cpu), values.Get(Memory), values.Get(Processes), values.Get(Disk)));
}

/// <summary>`concurrency:` of a job.</summary>
internal static class GroupShape
{
    private static readonly Shape<string> Name = Words.Matching(
        "the name of a group, such as `test-database`", "^[a-z][a-z0-9-]{0,39}$", NamedShape.NameSays);

    private static readonly Field<string> Group = new("group", "Name of the group.", Name, "", Required: true);

    private static readonly Field<int> Jobs = new(
        "jobs", "How many jobs of the group run at once (1 when not written).", Shapes.Whole(1, 1000), 1);

    public static readonly Shape<JobGroup> Shape = Shapes.Either(
        node => node is SpecNode.Scalar, Name.Select(name => new JobGroup(name, 1)),
        MapShape.Of("`concurrency`", [Group, Jobs], values => new JobGroup(values.Get(Group), values.Get(Jobs))));
}

/// <summary>`image:` of a job or of what runs beside it.</summary>
internal static class ImageShape
{
    /// <summary>Never an option of the engine that pulls it: it begins with a letter or digit.</summary>
    public static readonly Shape<string> Reference = Words.Matching(
        "an image such as `127.0.0.1:5000/node:20`", "^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,254}$",
        "letters, digits and `._:/@-`, at most 255");
}

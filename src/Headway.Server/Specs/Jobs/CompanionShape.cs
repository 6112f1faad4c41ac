using System.Collections.Immutable;
using Headway.Core.Pipelines;

namespace Headway.Server.Specs.Jobs;

/// <summary>`services:` of a job: what is started beside it.</summary>
internal static class CompanionShape
{
    private const int Most = 10;

    private static readonly Field<int?> Postgres = new(
        "postgres", "A PostgreSQL of this release, from the runner's packages.",
        Shapes.Whole(9, 99).Select(release => (int?)release), null);

    private static readonly Field<string?> Redis = new(
        "redis", "A Redis from the runner's packages: `{ redis: any }`.",
        Shapes.Word("any").Select(word => (string?)word), null);

    private static readonly Field<string?> Run = new(
        "run", "Shell command that stays in the foreground; it is given its port in `PORT`.",
        Shapes.Text("a shell command").Select(run => (string?)run), null);

    private static readonly Field<string?> Image = new(
        "image", "Image to run, through podman of the runner.",
        ImageShape.Reference.Select(image => (string?)image), null);

    private static readonly Field<string?> Ready = new(
        "ready", "Command that succeeds once it is ready; without it: once something listens on its port.",
        Shapes.Text("a shell command").Select(ready => (string?)ready), null);

    private static readonly Field<int?> Port = new(
        "port", "Port that it listens on.", Shapes.Whole(1, 65535).Select(port => (int?)port), null);

    private static readonly Shape<Companion> Detailed = MapShape.Of(
        "a service beside a job", [Postgres, Redis, Run, Image, Ready, Port], Make);

    /// <summary>`db: postgres` is the shortest way to say it.</summary>
    private static readonly Shape<Companion> One = Shapes.Either(
        node => node is SpecNode.Scalar,
        Shapes.Word("postgres", "redis").Select(word =>
            new Companion("", word == "redis" ? CompanionKind.Redis : CompanionKind.Postgres)), Detailed);

    private static readonly Shape<ImmutableArray<Named<Companion>>> Named =
        NamedShape.Of("`services`", NamedShape.Name, NamedShape.NameSays, Most, One);

    public static readonly Shape<ImmutableArray<Companion>> Shape = Named.Select(
        named => named.Select(each => each.Value with { Name = each.Name }).ToImmutableArray());

    private static Companion Make(MapValues values)
    {
        Field[] kinds = [Postgres, Redis, Run, Image];
        if (kinds.Count(values.Has) != 1)
            values.ProblemAt(values.At, "a service beside a job is one of `postgres`, `redis`, `run` and `image`",
                "`{ postgres: 15 }`, or `{ run: ./fake-mail, port: 2525 }`");
        var kind = values.Has(Postgres) ? CompanionKind.Postgres : values.Has(Redis) ? CompanionKind.Redis
            : values.Has(Image) ? CompanionKind.Image : CompanionKind.Command;
        if (kind is CompanionKind.Command or CompanionKind.Image && !values.Has(Port) && !values.Has(Ready))
            values.ProblemAt(values.At, "nothing says when this service is ready", "`port: 8080`, or `ready: COMMAND`");
        return new("", kind)
        {
            Release = values.Get(Postgres), Run = values.Get(Run), Image = values.Get(Image),
            Ready = values.Get(Ready), Port = values.Get(Port),
        };
    }
}

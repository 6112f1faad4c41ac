using System.Collections.Immutable;
using Headway.Core.Pipelines;

namespace Headway.Server.Specs.Jobs;

/// <summary>`caches:` of a job.</summary>
internal static class CacheShape
{
    private const int Most = 10;
    private const int MostKeys = 20;

    private static readonly Field<string> Path = new(
        "path", "Folder to keep: `~/...` in the home of the job, else within the source.", Folder(), "", Required: true);

    private static readonly Field<ImmutableArray<string>> Key = new(
        "key", "Files whose content is the key, such as `package-lock.json`.",
        Shapes.Either(node => node is SpecNode.List, Shapes.List("key", MostKeys, Words.Inside("a path or pattern")),
            Words.Inside("a path or pattern, or a list of them").Select(key => ImmutableArray.Create(key))), [],
        Required: true);

    private static readonly Shape<JobCache> Own = MapShape.Of("a cache", [Path, Key],
        values => new JobCache(values.Get(Path), values.Get(Path), values.Get(Key)));

    private static readonly Shape<JobCache> One = Shapes.Either(
        node => node is SpecNode.Scalar,
        Shapes.Word([.. JobCache.Known.Keys]).Select(name => JobCache.Known[name]), Own);

    private static readonly Shape<ImmutableArray<JobCache>> List = Shapes.Either(
        node => node is SpecNode.List, Shapes.List("caches", Most, One),
        One.Select(cache => ImmutableArray.Create(cache)));

    public static readonly Shape<ImmutableArray<JobCache>> Shape = new(List.Schema, (node, problems) =>
    {
        var read = List.Read(node, problems);
        if (!read.Ok) return default;
        foreach (var twice in read.Value.GroupBy(cache => cache.Path).Where(same => same.Count() > 1))
            problems.Add(node.At, $"`{twice.Key}` is cached twice", "each path once");
        return read;
    });

    private static Shape<string> Folder()
    {
        var text = Shapes.Text("a folder such as `~/.cache/tool` or `node_modules`");
        return new(text.Schema, (node, problems) =>
        {
            var read = text.Read(node, problems);
            if (!read.Ok) return default;
            var inside = read.Value.StartsWith("~/", StringComparison.Ordinal) ? read.Value[2..] : read.Value;
            if (inside.Length is > 0 and < 200 && inside.Split('/').Any(part => part is not ("" or "."))
                && Words.IsInside(inside) && !inside.StartsWith('~')) return read;
            problems.Add(node.At, $"`{SpecNode.Shorten(read.Value)}` cannot be cached",
                "a folder below the home of the job, such as `~/.cache/tool`, or below the source");
            return default;
        });
    }
}

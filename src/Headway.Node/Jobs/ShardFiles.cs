using System.Globalization;
using Headway.Core.Nodes;

namespace Headway.Node.Jobs;

/// <summary>What a job that runs a part of its tests is told: which part, and two files with a test file or class a line.</summary>
internal static class ShardFiles
{
    private const string Tests = "headway-shard-tests", Elsewhere = "headway-shard-elsewhere";

    public static void Write(JobFolder folder, ShardOrder shard, int? owner)
    {
        foreach (var (name, lines) in new[] { (Tests, shard.Tests), (Elsewhere, shard.Elsewhere) })
        {
            var path = Path.Combine(folder.Temporary, name);
            // A name with a line feed in it would be two names.
            File.WriteAllText(path, string.Concat(lines.Where(line => !line.Contains('\n')).Select(line => line + "\n")));
            if (owner is { } uid) Posix.Own(path, uid);
        }
    }

    public static Dictionary<string, string> Variables(ShardOrder shard, string temporary) => new()
    {
        ["HEADWAY_SHARD"] = shard.Index.ToString(CultureInfo.InvariantCulture),
        ["HEADWAY_SHARDS"] = shard.Of.ToString(CultureInfo.InvariantCulture),
        ["HEADWAY_SHARD_TESTS"] = Path.Combine(temporary, Tests),
        ["HEADWAY_SHARD_ELSEWHERE"] = Path.Combine(temporary, Elsewhere),
    };
}

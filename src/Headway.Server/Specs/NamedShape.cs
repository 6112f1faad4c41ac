using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Headway.Server.Specs;

/// <summary>A mapping whose keys are names that the owner chooses: jobs, environments, variables.</summary>
internal static partial class NamedShape
{
    [GeneratedRegex("^[a-z][a-z0-9-]{0,39}$", RegexOptions.CultureInvariant)]
    public static partial Regex Name { get; }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,99}$", RegexOptions.CultureInvariant)]
    public static partial Regex Variable { get; }

    public const string NameSays = "lower-case letters, digits and `-`, beginning with a letter, at most 40";

    /// <summary>In the order of the file.</summary>
    public static Shape<ImmutableArray<Named<T>>> Of<T>(
        string what, Regex name, string nameSays, int limit, Shape<T> value) =>
        new(
            () => new JsonObject
            {
                ["type"] = "object",
                ["maxProperties"] = limit,
                ["additionalProperties"] = false,
                ["patternProperties"] = new JsonObject { [name.ToString()] = value.Schema() },
            },
            (node, problems) => Read(what, new Names(name, nameSays, limit), value, node, problems));

    private static Found<ImmutableArray<Named<T>>> Read<T>(
        string what, Names names, Shape<T> value, SpecNode node, ProblemList problems)
    {
        if (node is not SpecNode.Map map)
        {
            problems.Add(node.At, $"{what} cannot be {node.Kind}", "a mapping of a name to what it is");
            return default;
        }
        if (map.Entries.Length > names.Limit)
            problems.Add(map.At, $"{what} has {map.Entries.Length} entries", $"at most {names.Limit}");
        var found = ImmutableArray.CreateBuilder<Named<T>>();
        var seen = new HashSet<string>();
        foreach (var entry in map.Entries.Take(names.Limit))
        {
            var key = entry.Key.Text;
            // `$` would let a line feed at the end pass.
            if (!names.Allowed.IsMatch(key) || key.EndsWith('\n'))
                problems.Add(entry.Key.At, $"`{SpecNode.Shorten(key)}` cannot be a name in {what}", names.Says);
            else if (!seen.Add(key))
                problems.Add(entry.Key.At, $"`{key}` is written twice in {what}", "each name once");
            else if (value.Read(entry.Value, problems) is { Ok: true } read)
                found.Add(new(entry.Key, entry.Value, read.Value));
        }
        return Found.It(found.ToImmutable());
    }

    private sealed record Names(Regex Allowed, string Says, int Limit);
}

internal sealed record Named<T>(SpecNode.Scalar Key, SpecNode Written, T Value)
{
    public string Name => Key.Text;
}

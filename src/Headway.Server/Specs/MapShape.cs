using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Headway.Core;

namespace Headway.Server.Specs;

/// <summary>A mapping with known keys.</summary>
internal static class MapShape
{
    /// <param name="name">What it is called in sentences: `run`, `a job`.</param>
    /// <param name="fields">In the order in which errors and the schema list them.</param>
    /// <param name="make">Makes the value and reports what single fields cannot see.</param>
    public static Shape<T> Of<T>(string name, ImmutableArray<Field> fields, Func<MapValues, T> make) =>
        new(() => Schema(fields), (node, problems) => Read(name, fields, make, node, problems));

    private static Found<T> Read<T>(
        string name, ImmutableArray<Field> fields, Func<MapValues, T> make, SpecNode node, ProblemList problems)
    {
        if (node is SpecNode.Scalar { IsNull: true }) node = new SpecNode.Map(node.At, []);
        if (node is not SpecNode.Map map)
        {
            problems.Add(node.At, $"{name} cannot be {node.Kind}", $"a mapping of {Keys(fields)}");
            return default;
        }
        var before = problems.Count;
        var values = new MapValues(map, problems);
        foreach (var entry in map.Entries) ReadEntry(name, fields, entry, values, problems);
        foreach (var field in fields)
            if (field.Required && !values.Has(field))
                problems.Add(map.At, $"{name} has no `{field.Name}`", $"`{field.Name}: ...`");
        var made = make(values);
        return problems.Count == before ? Found.It(made) : default;
    }

    private static void ReadEntry(
        string name, ImmutableArray<Field> fields, SpecNode.Entry entry, MapValues values, ProblemList problems)
    {
        var key = entry.Key.Text;
        var field = fields.FirstOrDefault(known => known.Is(key));
        if (field is null)
            problems.Add(entry.Key.At, $"unknown key `{SpecNode.Shorten(key)}` in {name}", Keys(fields),
                NearestWord.To(key, fields.Select(known => known.Name)));
        else if (values.Has(field))
            problems.Add(entry.Key.At, $"`{key}` is written twice in {name}", "each key once");
        else
            values.Set(field, entry, field.Read(entry.Value, problems));
    }

    private static string Keys(ImmutableArray<Field> fields) =>
        string.Join(", ", fields.Select(field => $"`{field.Name}`"));

    private static JsonObject Schema(ImmutableArray<Field> fields)
    {
        var properties = new JsonObject();
        foreach (var field in fields)
        {
            properties[field.Name] = field.Schema();
            if (field.Spaced != field.Name) properties[field.Spaced] = field.Schema();
        }
        var required = fields.Where(field => field.Required).Select(field => (JsonNode)field.Name).ToArray();
        var schema = new JsonObject
        {
            // `staging:` with nothing after it is an environment with all defaults.
            ["type"] = required.Length > 0 ? "object" : new JsonArray("object", "null"),
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
        if (required.Length > 0) schema["required"] = new JsonArray(required);
        return schema;
    }
}

/// <summary>What was written under the keys of a mapping.</summary>
internal sealed class MapValues(SpecNode.Map map, ProblemList problems)
{
    private readonly Dictionary<string, (SpecNode.Entry Entry, object? Value)> _values = [];

    /// <summary>Where the mapping stands.</summary>
    public Mark At => map.At;

    public bool Has(Field field) => _values.ContainsKey(field.Name);

    /// <summary>The value read; the default when it is not written or was not right.</summary>
    public T Get<T>(Field<T> field) =>
        _values.TryGetValue(field.Name, out var found) && found.Value is T value ? value : field.Default;

    /// <summary>The value as it was written, or null.</summary>
    public SpecNode? NodeOf(Field field) => _values.TryGetValue(field.Name, out var found) ? found.Entry.Value : null;

    public void Set(Field field, SpecNode.Entry entry, object? value) => _values[field.Name] = (entry, value);

    /// <summary>Reports a problem at the key of a field, or at the mapping when the field is not written.</summary>
    public void Problem(Field field, string says, string? expected = null, string? nearest = null) =>
        problems.Add(_values.TryGetValue(field.Name, out var found) ? found.Entry.Key.At : map.At, says, expected,
            nearest);

    public void ProblemAt(Mark at, string says, string? expected = null, string? nearest = null) =>
        problems.Add(at, says, expected, nearest);
}

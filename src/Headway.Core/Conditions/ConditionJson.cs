using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Headway.Core.Conditions.Values;

namespace Headway.Core.Conditions;

/// <summary>Which type a number of JSON has. Comparing works between all types, arithmetic does not.</summary>
public enum JsonNumbers
{
    /// <summary>3 is an int, 3.0 and 3e0 are doubles; what is too large for int is a uint, and then a double.</summary>
    AsWritten,

    /// <summary>For measurements, whose fraction may be 0 at one time and not at another.</summary>
    Double,
}

/// <summary>JSON as values of the language and back.</summary>
public static class ConditionJson
{
    /// <summary>Characters of a text of JSON.</summary>
    public const int MostLength = 16 << 20;

    /// <summary>Levels of a value that is written; readers of JSON follow 64 at least, ours too.</summary>
    public const int MostDepth = 60;

    private const long Exact = (1L << 53) - 1;

    /// <summary>The value, or what is wrong with the text.</summary>
    public static (ConditionValue? Value, string? Wrong) Read(string json, JsonNumbers numbers = JsonNumbers.AsWritten)
    {
        if (json.Length > MostLength)
            return (null, $"The JSON has {json.Length} characters; {MostLength} are allowed.");
        try
        {
            using var document = JsonDocument.Parse(json, new() { AllowDuplicateProperties = false });
            return (Of(document.RootElement, numbers), null);
        }
        catch (JsonException wrong)
        {
            return (null, wrong.Message);
        }
        catch (InvalidOperationException)
        {
            return (null, "A string of the JSON holds half of a surrogate pair, which is not a character.");
        }
    }

    public static ConditionValue Of(JsonElement json, JsonNumbers numbers) => json.ValueKind switch
    {
        JsonValueKind.True => ConditionValue.Bool.True,
        JsonValueKind.False => ConditionValue.Bool.False,
        JsonValueKind.String => new ConditionValue.Text(json.GetString()!),
        JsonValueKind.Number => Number(json, numbers),
        JsonValueKind.Array => new ConditionValue.List(
            [.. json.EnumerateArray().Select(item => Of(item, numbers))]),
        JsonValueKind.Object => new ConditionValue.Map(json.EnumerateObject().Aggregate(
            new MapEntries.Builder(), (map, field) => map.Add(field.Name, Of(field.Value, numbers))).Build()),
        _ => ConditionValue.Null.Value,
    };

    /// <summary>
    /// Variables of an input: the whole is `input`, and the fields of an object are variables too. A field called
    /// `input` is not hidden by the whole.
    /// </summary>
    public static ImmutableDictionary<string, ConditionValue> Variables(ConditionValue input)
    {
        var variables = ImmutableDictionary.CreateBuilder<string, ConditionValue>(StringComparer.Ordinal);
        variables["input"] = input;
        if (input is ConditionValue.Map(var entries))
            for (var i = 0; i < entries.Count; i++)
                if (entries.Keys[i] is ConditionValue.Text(var name)) variables[name] = entries.Values[i];
        return variables.ToImmutable();
    }

    /// <summary>
    /// As JSON, by the language's own rules: whole numbers beyond 2^53 - 1 are strings, since many readers would round
    /// them; bytes are base64; timestamps, durations, types and what is not finite are strings; keys are strings;
    /// an optional without value is null.
    /// </summary>
    /// <returns>The JSON, which is null for the null of JSON, or why there is none.</returns>
    public static (JsonNode? Json, string? Wrong) Write(ConditionValue value) => IsWithin(value, MostDepth)
        ? (Node(value), null)
        : (null, $"The value is nested deeper than {MostDepth} levels, which readers of JSON do not follow.");

    private static bool IsWithin(ConditionValue value, int levels) => value switch
    {
        ConditionValue.List or ConditionValue.Map when levels == 0 => false,
        ConditionValue.List(var items) => items.All(item => IsWithin(item, levels - 1)),
        ConditionValue.Map(var entries) => entries.Values.All(item => IsWithin(item, levels - 1)),
        ConditionValue.Optional({ } held) => IsWithin(held, levels),
        _ => true,
    };

    private static JsonNode? Node(ConditionValue value) => value switch
    {
        ConditionValue.Null or ConditionValue.Optional(null) => null,
        ConditionValue.Bool(var flag) => JsonValue.Create(flag),
        ConditionValue.Int(var number) => number is >= -Exact and <= Exact
            ? JsonValue.Create(number) : JsonValue.Create(number.ToString(CultureInfo.InvariantCulture)),
        ConditionValue.UInt(var number) => number <= Exact
            ? JsonValue.Create(number) : JsonValue.Create(number.ToString(CultureInfo.InvariantCulture)),
        ConditionValue.Double(var number) => double.IsFinite(number)
            ? JsonValue.Create(number) : JsonValue.Create(NumberText.Of(number)),
        ConditionValue.Text(var text) => JsonValue.Create(text),
        ConditionValue.Bytes(var octets) => JsonValue.Create(Convert.ToBase64String(octets.AsSpan())),
        ConditionValue.Timestamp moment => JsonValue.Create(Timestamps.Text(moment)),
        ConditionValue.Duration(var length) => JsonValue.Create(Durations.Text(length)),
        ConditionValue.Type(var name) => JsonValue.Create(name),
        ConditionValue.Address address => JsonValue.Create(Networks.Text(address)),
        ConditionValue.Network network => JsonValue.Create(Networks.Text(network)),
        ConditionValue.Optional(var held) => Node(held),
        ConditionValue.List(var items) => new JsonArray([.. items.Select(Node)]),
        ConditionValue.Map(var entries) => Object(entries),
        _ => new JsonObject(),
    };

    private static JsonObject Object(MapEntries entries)
    {
        var made = new JsonObject();
        for (var i = 0; i < entries.Count; i++)
            made[entries.Keys[i] is ConditionValue.Text(var name) ? name : entries.Keys[i].ToNotation().TrimEnd('u')] =
                Node(entries.Values[i]);
        return made;
    }

    private static ConditionValue Number(JsonElement json, JsonNumbers numbers)
    {
        if (numbers == JsonNumbers.AsWritten && json.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') < 0)
        {
            if (json.TryGetInt64(out var number)) return new ConditionValue.Int(number);
            if (json.TryGetUInt64(out var large)) return new ConditionValue.UInt(large);
        }
        return new ConditionValue.Double(json.GetDouble());
    }
}

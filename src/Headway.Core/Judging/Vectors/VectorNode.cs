using System.Globalization;
using System.Text.Json;

namespace Headway.Core.Judging.Vectors;

/// <summary>A place in the file that knows where it is and which of its fields were read.</summary>
internal sealed class VectorNode(JsonElement element, string path, List<string> unknown)
{
    private readonly HashSet<string> read = [];

    public List<string> Unknown => unknown;

    public string Path => path;

    public bool IsNull => element.ValueKind == JsonValueKind.Null;

    public void MustBeObject()
    {
        if (element.ValueKind != JsonValueKind.Object) throw Expected("an object");
    }

    public VectorNode? Optional(string name)
    {
        MustBeObject();
        read.Add(name);
        return element.TryGetProperty(name, out var value) ? new(value, Join(name), unknown) : null;
    }

    public VectorNode Need(string name) =>
        Optional(name) ?? throw new VectorFormatException(path, $"the field `{name}`");

    public void Skip(string name) => read.Add(name);

    public string? Text(string name) => Optional(name)?.Text();

    public string Text() => element.ValueKind == JsonValueKind.String
        ? element.GetString()!
        : throw Expected("a text");

    public bool Truth() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Expected("true or false"),
    };

    /// <summary>Numbers may be written as decimal strings, which are exact.</summary>
    public double Number()
    {
        if (element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var number)) return number;
        if (element.ValueKind == JsonValueKind.String && double.TryParse(
            element.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed)) return parsed;
        throw Expected("a number");
    }

    public double Number(string name, double otherwise) => Optional(name)?.Number() ?? otherwise;

    public int Whole()
    {
        var number = Number();
        if (number != Math.Floor(number) || Math.Abs(number) > int.MaxValue) throw Expected("a whole number");
        return (int)number;
    }

    public double[] Numbers() => [.. Items().Select(i => i.Number())];

    public IEnumerable<VectorNode> Items(string name) => Optional(name)?.Items() ?? [];

    public List<VectorNode> Items()
    {
        if (element.ValueKind != JsonValueKind.Array) throw Expected("a list");
        return [.. element.EnumerateArray().Select((item, i) => new VectorNode(item, $"{path}[{i}]", unknown))];
    }

    /// <summary>A node that is one object or a list of such.</summary>
    public List<VectorNode> OneOrMore() => element.ValueKind == JsonValueKind.Array ? Items() : [this];

    /// <summary>Notes every field that nobody asked for.</summary>
    public void ReportRest()
    {
        foreach (var field in element.EnumerateObject())
            if (!read.Contains(field.Name)) unknown.Add(Join(field.Name));
    }

    public VectorFormatException Expected(string what) => new(path, $"{what}, not {element.ValueKind}");

    private string Join(string name) => path.Length == 0 ? name : $"{path}.{name}";
}

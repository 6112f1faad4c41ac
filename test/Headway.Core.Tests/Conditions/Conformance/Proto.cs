using System.Text;

namespace Headway.Core.Tests.Conditions.Conformance;

/// <summary>A message in the text format of protocol buffers: fields in their order, as often as they occur.</summary>
internal sealed class Proto
{
    public List<(string Name, Proto? Message, Scalar? Scalar)> Fields { get; } = [];

    /// <param name="Word">A number or a name as it was written.</param>
    /// <param name="Octets">Of a string, otherwise null.</param>
    public sealed record Scalar(string Word, byte[]? Octets)
    {
        public string Text => Octets is null ? Word : Encoding.UTF8.GetString(Octets);
    }

    public IEnumerable<Proto> Messages(string name) =>
        Fields.Where(field => field.Name == name && field.Message is not null).Select(field => field.Message!);

    public Proto? Message(string name) => Messages(name).LastOrDefault();

    public Scalar? Value(string name) => Fields.LastOrDefault(field => field.Name == name).Scalar;

    public string Text(string name) => Value(name)?.Text ?? "";

    public bool Is(string name) => Value(name)?.Word is "true" or "1";

    public long Number(string name) => Value(name) is { } scalar ? long.Parse(scalar.Word) : 0;
}

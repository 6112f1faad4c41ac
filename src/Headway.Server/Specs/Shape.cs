using System.Text.Json.Nodes;

namespace Headway.Server.Specs;

/// <summary>
/// What may stand at a place of the file: how it is read, and how the JSON Schema describes it. Both come from the same
/// value, so that they cannot drift apart.
/// </summary>
internal sealed class Shape<T>(Func<JsonObject> schema, Func<SpecNode, ProblemList, Found<T>> read)
{
    /// <summary>A new copy each time, since a JSON node can have one parent only.</summary>
    public JsonObject Schema() => schema();

    /// <summary>Reports every problem in the node; what is not found was reported.</summary>
    public Found<T> Read(SpecNode node, ProblemList problems) => read(node, problems);
}

internal readonly record struct Found<T>(bool Ok, T Value);

internal static class Found
{
    public static Found<T> It<T>(T value) => new(true, value);
}

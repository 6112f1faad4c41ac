using System.Text.Json;
using System.Text.Json.Nodes;

namespace Headway.Server.Specs;

/// <summary>The JSON Schema of headway.yaml for editors, from the same description that the reader follows.</summary>
public static class SpecSchema
{
    private static readonly JsonSerializerOptions Pretty = new(Headway.Core.Wire.Indented) { NewLine = "\n" };

    /// <summary>Ends with a line feed, so that it is a text file as it stands.</summary>
    public static string Text { get; } = Make().ToJsonString(Pretty) + "\n";

    private static JsonObject Make()
    {
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "headway.yaml",
            ["description"] = "How a service is built, run and released by Headway.",
        };
        foreach (var (key, value) in ServiceShape.Shape.Schema()) schema[key] = value?.DeepClone();
        return schema;
    }
}

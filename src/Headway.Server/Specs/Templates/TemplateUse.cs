using System.Text.Json.Nodes;

namespace Headway.Server.Specs.Templates;

/// <summary>`use:` in the JSON Schema: which parameters and keys a template takes is only known to the server.</summary>
internal static class TemplateUse
{
    public static JsonObject OfJob() => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray("use"),
        ["properties"] = new JsonObject { ["use"] = Name(), ["with"] = With() },
    };

    public static JsonObject OfBuild(JsonObject jobs)
    {
        var schema = jobs.DeepClone().AsObject();
        schema["required"] = new JsonArray("use");
        schema["properties"] = new JsonObject
        {
            ["use"] = Name(), ["with"] = With(), ["extend"] = new JsonObject { ["type"] = "object" },
        };
        // A pattern of names of jobs holds for these three as well, so they are taken out of it.
        var pattern = schema["patternProperties"]!.AsObject().Single();
        schema["patternProperties"] = new JsonObject
        {
            [$"^(?!(use|with|extend)$){pattern.Key[1..]}"] = pattern.Value!.DeepClone(),
        };
        return schema;
    }

    private static JsonObject Name() => new()
    {
        ["type"] = "string", ["pattern"] = "^[a-z][a-z0-9-]{0,39}@[0-9]+([.][0-9]+){0,2}$",
        ["description"] = "A template of the server: `NAME@2` or `NAME@2.1.0`.",
    };

    private static JsonObject With() =>
        new() { ["type"] = new JsonArray("object", "null"), ["description"] = "Values of its parameters." };
}

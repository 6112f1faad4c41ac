using System.Text.Json;
using System.Text.Json.Serialization;

namespace Headway.Core;

/// <summary>How everything of ours is written as JSON: stored, sent and shown the same.</summary>
public static class Wire
{
    public static readonly JsonSerializerOptions Json = Make(indented: false);

    public static readonly JsonSerializerOptions Indented = Make(indented: true);

    /// <summary>Gives options of a framework the same rules.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = true;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    }

    private static JsonSerializerOptions Make(bool indented)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = indented };
        Apply(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}

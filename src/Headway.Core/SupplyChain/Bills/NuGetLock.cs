using System.Text.Json;

namespace Headway.Core.SupplyChain.Bills;

/// <summary>packages.lock.json of NuGet: packages by framework, each with what it needs.</summary>
internal static class NuGetLock
{
    public static void Read(string text, BillDraft draft)
    {
        using var document = JsonDocument.Parse(text);
        foreach (var framework in Json.Of(document.RootElement, "dependencies"))
        {
            var versions = framework.Value.ValueKind is JsonValueKind.Object
                ? framework.Value.EnumerateObject()
                    .Select(package => (package.Name, Version: Json.Text(package.Value, "resolved")))
                    .Where(each => each.Version is not null)
                    .DistinctBy(each => each.Name.ToLowerInvariant())
                    .ToDictionary(each => each.Name, each => each.Version!, StringComparer.OrdinalIgnoreCase)
                : [];
            foreach (var package in Json.Properties(framework.Value))
                if (Json.Text(package.Value, "resolved") is { } version) Add(package, version, versions, draft);
                else foreach (var need in Json.Of(package.Value, "dependencies"))
                    // A project of the same solution: what it needs, the service needs.
                    if (versions.TryGetValue(need.Name, out var needed)) draft.Needs(BillDraft.Root, PurlOf(need.Name, needed));
        }
    }

    private static void Add(
        JsonProperty package, string version, Dictionary<string, string> versions, BillDraft draft)
    {
        // The content hash leaves a package's signature out, so it is not the hash of the file.
        var properties = Json.Text(package.Value, "contentHash") is { } hash
            ? Component.None.Add("headway:nuget:contentHash", hash) : Component.None;
        var purl = draft.Add(new(PurlOf(package.Name, version), null, package.Name, version, Component.None, properties));
        if (Json.Text(package.Value, "type") is "Direct") draft.Needs(BillDraft.Root, purl);
        foreach (var need in Json.Of(package.Value, "dependencies"))
            if (versions.TryGetValue(need.Name, out var needed)) draft.Needs(purl, PurlOf(need.Name, needed));
    }

    private static string PurlOf(string name, string version) => Purl.Of("nuget", null, name, version);
}

/// <summary>Reading JSON that somebody else wrote: what is not as expected is not there.</summary>
internal static class Json
{
    public static IEnumerable<JsonProperty> Of(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var inner) ? Properties(inner) : [];

    public static IEnumerable<JsonProperty> Properties(JsonElement element) =>
        element.ValueKind is JsonValueKind.Object ? element.EnumerateObject() : [];

    public static string? Text(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var inner)
            && inner.ValueKind is JsonValueKind.String ? inner.GetString() : null;

    public static bool Yes(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var inner)
            && inner.ValueKind is JsonValueKind.True;
}

using System.Text.Json;
using Headway.Server.Connections;

namespace Headway.Server.Signals.Stores;

/// <summary>Reads the JSON answer of a store, or says what came instead.</summary>
internal static class StoreJson
{
    public static StoreAnswer Read(OutsideAnswer answer, string store, Func<JsonElement, StoreAnswer?> read)
    {
        if (answer.Problem is { } problem) return StoreAnswer.Failed(problem);
        if (answer.Status is 401 or 403)
            return StoreAnswer.Failed($"it answered {answer.Status}: the keys are wrong, or may not read metrics");
        if (answer.Status == 429) return StoreAnswer.Failed("it answered 429: it was asked too often");
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && read(root) is { } found
                && (answer.Status == 200 || found.Problem is not null))
                return found;
        }
        catch (JsonException)
        {
            // Said below, with the beginning of what came.
        }
        return StoreAnswer.Failed(answer.Status == 200
            ? $"its answer is not one of {store}: {answer.Begins}" : $"it answered {answer.Status}: {answer.Begins}");
    }

    public static JsonElement? Find(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element)) return null;
        return element;
    }

    public static JsonElement[] Items(this JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];

    public static string? Text(this JsonElement? element) =>
        element is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}

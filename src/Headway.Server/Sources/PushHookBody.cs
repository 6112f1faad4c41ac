using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Sources;

/// <summary>
/// Takes the address of the repository out of a push hook's body, if there is one; anything else is ignored.
/// </summary>
internal static class PushHookBody
{
    private const int Limit = 1 << 20;

    public static async Task<PushHook> ReadAsync(HttpRequest request)
    {
        try
        {
            using var body = new MemoryStream();
            var buffer = new byte[16 * 1024];
            while (await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted) is var read and > 0)
                if (body.Length + read <= Limit) body.Write(buffer, 0, read);
            using var json = JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
            var root = json.RootElement;
            return new(Text(root, "source") ?? Address(root));
        }
        catch (JsonException)
        {
            return new();
        }
    }

    private static string? Address(JsonElement root) =>
        root.ValueKind is JsonValueKind.Object && root.TryGetProperty("repository", out var repository)
            ? Text(repository, "clone_url") ?? Text(repository, "url") : null;

    private static string? Text(JsonElement from, string name) =>
        from.ValueKind is JsonValueKind.Object && from.TryGetProperty(name, out var found)
            && found.ValueKind is JsonValueKind.String ? found.GetString() : null;
}

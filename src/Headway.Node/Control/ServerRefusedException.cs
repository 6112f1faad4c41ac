using System.Net;
using System.Text.Json;

namespace Headway.Node.Control;

/// <summary>The server answered, but not with what was asked for.</summary>
/// <param name="detail">The sentence of the server's problem, or nothing.</param>
public sealed class ServerRefusedException(HttpStatusCode status, string says, string detail = "") : Exception(says)
{
    public string Detail { get; } = detail;

    public HttpStatusCode Status { get; } = status;

    /// <summary>The server will never take this content; sending it again would block what follows.</summary>
    public bool ContentIsRefused => Status is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge
        or HttpStatusCode.UnprocessableEntity;

    /// <summary>It will not give these secrets, rather than that it cannot be asked.</summary>
    public bool IsAboutSecrets => Status is HttpStatusCode.UnprocessableEntity or HttpStatusCode.Forbidden;

    /// <summary>The sentence of an RFC 9457 problem; the whole answer, shortened, when it is none.</summary>
    public static string DetailOf(string answer)
    {
        const int longest = 1000;
        try
        {
            if (JsonSerializer.Deserialize<JsonElement>(answer) is { ValueKind: JsonValueKind.Object } problem
                && problem.TryGetProperty("detail", out var detail) && detail.GetString() is { Length: > 0 } says) return says;
        }
        catch (JsonException)
        {
            // Something between server and node has answered.
        }
        return answer.Length > longest ? answer[..longest] : answer;
    }
}

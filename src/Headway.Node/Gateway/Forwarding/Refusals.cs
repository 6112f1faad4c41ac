using Microsoft.AspNetCore.Http;

namespace Headway.Node.Gateway.Forwarding;

/// <summary>Answers that the gateway gives itself, as problems (RFC 9457).</summary>
internal static class Refusals
{
    public static Task NoLaneAsync(HttpContext http) =>
        AnswerAsync(http, "No service here yet", "The gateway serves no lane on this port.");

    public static Task NobodyReadyAsync(HttpContext http) =>
        AnswerAsync(http, "Service unavailable", "No instance of the service is ready.");

    public static Task NoSuchReleaseAsync(HttpContext http, string name) =>
        AnswerAsync(http, "Release unavailable",
            $"Nothing ready serves '{Short(name)}' here; leave out {FrontDoor.ReleaseHeader}, or name stable, candidate or a release.");

    private static string Short(string name) =>
        new([.. name.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_').Take(80)]);

    private static Task AnswerAsync(HttpContext http, string title, string detail)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.RetryAfter = "1";
        http.Response.ContentType = "application/problem+json";
        return http.Response.WriteAsync($"{{\"title\":\"{title}\",\"status\":503,\"detail\":\"{detail}\"}}");
    }
}

using Headway.Server.Access;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Sources.Hooks;

/// <summary>The body of a hook as it came, or why it was not read to its end.</summary>
/// <param name="Status">0 when it was read.</param>
internal sealed record HookBody(byte[] Bytes, int Status)
{
    /// <summary>Hosts cut the lists in a body; one of an ordinary push has some ten kilobytes.</summary>
    public const int Limit = 5 << 20;

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);

    /// <summary>A body that says it is too long is not read at all.</summary>
    public static async Task<HookBody> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > Limit) return new([], StatusCodes.Status413PayloadTooLarge);
        ServerLimits.AllowBody(context, Limit);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(Within);
        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, limit.Token);
            return new(body.ToArray(), 0);
        }
        catch (BadHttpRequestException e)
        {
            return new([], e.StatusCode);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return new([], StatusCodes.Status408RequestTimeout);
        }
    }
}

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Sources.Hooks;

/// <summary>
/// Takes what a host sends. No token is needed, only the signature; whoever has none is told nothing about why.
/// </summary>
public sealed partial class HookIntake(
    HookBook book, HookSecrets secrets, HookDeliveries deliveries, HookFailures failures, ILogger<HookIntake> log)
    : IDisposable
{
    private const int AtOnce = 16;
    private readonly SemaphoreSlim bodies = new(AtOnce);

    /// <param name="look">Called with the service whose source is to be looked at.</param>
    public async Task<IResult> TakeAsync(
        HookHost host, string id, HttpContext context, Action<string> look, TimeProvider time)
    {
        var address = context.Connection.RemoteIpAddress;
        if (failures.TooMany(address)) return Again(context, 429, "Too many calls without a right signature.");
        if (book.Find(host, id) is not { } hook) return Refused(context);
        if (!await bodies.WaitAsync(TimeSpan.Zero, context.RequestAborted))
            return Again(context, 503, "Too many hooks at once.");
        try
        {
            var body = await HookBody.ReadAsync(context);
            if (body.Status != 0) return Unread(context, body.Status);
            return HookSignature.Holds(
                host, context.Request.Headers, body.Bytes, (secrets.BytesOf(hook), secrets.TextOf(hook)), time.GetUtcNow())
                ? await TakeAsync(hook, HookEvent.Of(host, context.Request.Headers), body.Bytes, look, context.RequestAborted)
                : Refused(context);
        }
        finally
        {
            bodies.Release();
        }
    }

    public void Dispose() => bodies.Dispose();

    private async Task<IResult> TakeAsync(
        Hook hook, HookEvent happened, byte[] body, Action<string> look, CancellationToken stop)
    {
        if (!await deliveries.TakeAsync(hook, happened.Number, body, stop))
            return Results.Problem("This delivery was taken before.", statusCode: 409, title: "Sent again");
        if (happened.Meaning is HookMeaning.Nothing) return Results.NoContent();
        if (happened.Meaning is HookMeaning.Ping) return Results.Ok(new HookHeard($"The hook of {hook.Service} works."));
        look(hook.Service);
        return Results.Accepted(value: new HookHeard($"The source of {hook.Service} is looked at."));
    }

    private IResult Refused(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        failures.Add(address);
        if (failures.TooMany(address)) LogTooMany(log, address?.ToString() ?? "unknown");
        Close(context);
        return Results.Problem("There is no such hook, or the signature is wrong.", statusCode: 401, title: "Not signed");
    }

    private static IResult Unread(HttpContext context, int status)
    {
        Close(context);
        return Results.Problem(status == StatusCodes.Status413PayloadTooLarge
            ? $"A hook may have {HookBody.Limit >> 20} MB." : "The body could not be read.", statusCode: status);
    }

    private static IResult Again(HttpContext context, int status, string says)
    {
        context.Response.Headers.RetryAfter = $"{HookFailures.Within.TotalSeconds:0}";
        Close(context);
        return Results.Problem($"{says} The source is polled meanwhile.", statusCode: status);
    }

    /// <summary>What was not read is not read later either.</summary>
    private static void Close(HttpContext context) => context.Response.Headers.Connection = "close";

    [LoggerMessage(LogLevel.Warning, "{Address} called hooks too often without a right signature; it is not listened to for a minute.")]
    private static partial void LogTooMany(ILogger log, string address);
}

public sealed record HookHeard(string Says);

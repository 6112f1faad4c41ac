using System.Collections.Immutable;
using System.Text.Json;
using Headway.Core;
using Headway.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Audit;

/// <summary>An event as an auditor reads it.</summary>
public sealed record AuditEntry(
    long Position, DateTimeOffset At, string Actor, string Type, string Stream, long Version, JsonElement? Data);

/// <param name="Next">Ask on from here with `after`; null at the end.</param>
public sealed record AuditPage(ImmutableArray<AuditEntry> Entries, long? Next);

/// <summary>The record for auditors: asked, verified, and taken away to be verified elsewhere.</summary>
public static class AuditEndpoints
{
    public const string Path = "/api/v1/audit";
    private const int Page = 1000, Most = 1000, MostLooked = 200_000;

    public static void MapAudit(this IEndpointRouteBuilder app)
    {
        var audit = app.MapGroup(Path).WithTags("Audit");
        audit.MapGet("/", ListAsync).WithName("ListAudit");
        audit.MapGet("/verify", (IEventStore store, CancellationToken stop) => store.VerifyAsync(stop)).WithName("VerifyAudit");
        audit.MapGet("/key", (CheckpointKey key) => Results.Text(key.PublicKey)).WithName("GetAuditKey");
        audit.MapGet("/export", ExportAsync).WithName("ExportAudit");
    }

    private static async Task<AuditPage> ListAsync(
        IEventStore store, CancellationToken stop, string? actor = null, string? stream = null, string? type = null,
        DateTimeOffset? since = null, DateTimeOffset? until = null, long after = 0, int limit = 100)
    {
        var found = ImmutableArray.CreateBuilder<AuditEntry>();
        limit = Math.Clamp(limit, 1, Most);
        for (var looked = 0; looked < MostLooked;)
        {
            var page = await store.ReadAllAsync(after, Page, stop);
            if (page.IsEmpty) return new(found.ToImmutable(), null);
            foreach (var stored in page)
            {
                after = stored.Position;
                looked++;
                if ((actor is null || stored.Actor == actor) && Begins(stream, stored.Stream) && Begins(type, stored.Type)
                    && (since is null || stored.At >= since) && (until is null || stored.At < until)) found.Add(Entry(stored));
                if (found.Count == limit) return new(found.ToImmutable(), after);
            }
        }
        return new(found.ToImmutable(), after);
    }

    private static bool Begins(string? asked, string name) => asked is null || name.StartsWith(asked, StringComparison.Ordinal);

    private static AuditEntry Entry(StoredEvent stored) => new(stored.Position, stored.At, stored.Actor, stored.Type, stored.Stream, stored.Version,
        stored.Payload is { } payload ? JsonSerializer.Deserialize<JsonElement>(payload, Wire.Json) : null);

    /// <summary>A line an event, as it is read, so that a record of any size fits through.</summary>
    private static async Task ExportAsync(HttpContext context, IEventStore store, CancellationToken stop, string format = "jsonl", long after = 0)
    {
        if (format is not ("jsonl" or "cef"))
        {
            await Results.Problem($"There is no format `{format}`: `jsonl` or `cef`.", statusCode: 400, title: "Unknown format").ExecuteAsync(context);
            return;
        }
        context.Response.ContentType = format == "cef" ? "text/plain; charset=utf-8" : "application/jsonl";
        while (await store.ReadAllAsync(after, Page, stop) is { Length: > 0 } page)
        {
            foreach (var stored in page)
                await context.Response.WriteAsync((format == "cef" ? CefText.Of(stored) : JsonSerializer.Serialize(stored, Wire.Json)) + "\n", stop);
            after = page[^1].Position;
        }
    }
}

/// <summary>The public half of the key that signs checkpoints, as PEM.</summary>
public sealed record CheckpointKey(string PublicKey);

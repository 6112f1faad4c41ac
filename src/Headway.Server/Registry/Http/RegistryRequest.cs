using System.Text.Json;
using Headway.Core;
using Headway.Server.Access;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Registry.Http;

/// <summary>A request under `/v2/` with who sent it and what it may do.</summary>
internal sealed record RegistryRequest(HttpContext Context, RegistryStore Store, RegistryLimits Limits)
{
    public string Method => Context.Request.Method;
    public IHeaderDictionary Headers => Context.Response.Headers;
    public CancellationToken Stop => Context.RequestAborted;
    private AccessToken? Token => Context.Who();

    /// <summary>Who did it, for the record.</summary>
    public string Actor => Token is { } token ? $"{token.Name} ({token.Id})" : "nobody";

    public bool MayPull(string repository) => Token?.May(repository, RepositoryAct.Pull) == true;

    /// <summary>Null when it may.</summary>
    public string? WhyDenied(string repository, RepositoryAct act) => Token?.May(repository, act) == true ? null
        : $"The token `{Token?.Name}` may not {act.ToString().ToLowerInvariant()} {repository}. An admin makes one that "
            + $"may: headway tokens create --repository {repository}:{act.ToString().ToLowerInvariant()}";

    public string? Query(string name) => Context.Request.Query[name].FirstOrDefault();

    /// <summary>An answer without a body.</summary>
    public Task EndAsync(int status)
    {
        Context.Response.StatusCode = status;
        if (status != StatusCodes.Status204NoContent) Context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    public Task JsonAsync(object value, string type = "application/json") =>
        BytesAsync(JsonSerializer.SerializeToUtf8Bytes(value, Wire.Json), type);

    public async Task BytesAsync(ReadOnlyMemory<byte> body, string type)
    {
        Headers.ContentType = type;
        Context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(Method)) await Context.Response.Body.WriteAsync(body, Stop);
    }
}

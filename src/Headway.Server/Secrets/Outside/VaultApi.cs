using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Headway.Server.Connections;

namespace Headway.Server.Secrets.Outside;

/// <summary>
/// Vault's HTTP API, as OpenBao speaks it, too: with a token or by AppRole (`POST /v1/auth/approle/login`), in a namespace
/// if the connection names one.
/// </summary>
public sealed class VaultApi(OutsideHttp http, TimeProvider time)
{
    private readonly ConcurrentDictionary<Connection, Login> logins = new();

    /// <summary>Either an answer, or why nobody could be asked.</summary>
    public async Task<(OutsideAnswer? Answer, OutsideValue? Failed)> ReadAsync(
        Connection connection, string path, CancellationToken stop)
    {
        var (token, failed) = await TokenAsync(connection, stop);
        if (token is null) return (null, failed);
        var answer = await AskAsync(connection, HttpMethod.Get, path, token, null, stop);
        if (answer.Status != 403 || connection.Credential is not Credential.AppRole) return (answer, null);
        // A token may be revoked before its time: once more with a new one.
        logins.TryRemove(connection, out _);
        (token, failed) = await TokenAsync(connection, stop);
        return token is null ? (null, failed) : (await AskAsync(connection, HttpMethod.Get, path, token, null, stop), null);
    }

    /// <summary>Null when Vault knows us, else a clause that says why not.</summary>
    public async Task<string?> WhyNotAsync(Connection connection, CancellationToken stop)
    {
        var (answer, failed) = await ReadAsync(connection, "v1/auth/token/lookup-self", stop);
        if (answer is null) return failed!.Problem;
        return answer.Problem ?? (answer.Status == 200 ? null : Says(answer));
    }

    private async Task<(string? Token, OutsideValue? Failed)> TokenAsync(Connection connection, CancellationToken stop)
    {
        if (connection.Credential is Credential.Bearer bearer) return (bearer.Token, null);
        if (connection.Credential is not Credential.AppRole role)
            return (null, OutsideValue.Failed($"{connection.Name} has no credentials for Vault"));
        var now = time.GetTimestamp();
        if (logins.TryGetValue(connection, out var held) && time.GetElapsedTime(held.At, now) < held.Until) return (held.Token, null);
        var answer = await AskAsync(connection, HttpMethod.Post, $"v1/auth/{role.Mount}/login", null,
            new { role_id = role.RoleId, secret_id = role.SecretId }, stop);
        if (answer.Problem is { } problem) return (null, OutsideValue.Away($"{connection.Url}: {problem}"));
        var auth = Field(Parse(answer), "auth");
        if (answer.Status != 200 || auth is not { ValueKind: JsonValueKind.Object } given
            || !given.TryGetProperty("client_token", out var token) || token.GetString() is not { Length: > 0 } text)
            return (null, OutsideValue.Failed($"{connection.Url} refused the AppRole: {Says(answer)}"));
        // Used for four fifths of its time, so that it does not run out on the way; one of no time (0) never does.
        var lasts = given.TryGetProperty("lease_duration", out var seconds) && seconds.TryGetInt64(out var s) ? s : 0;
        if (logins.Count >= KnownConnections.Most) logins.Clear();
        logins[connection] = new(text, now, lasts > 0 ? TimeSpan.FromSeconds(lasts * 0.8) : TimeSpan.FromHours(1));
        return (text, null);
    }

    private async Task<OutsideAnswer> AskAsync(
        Connection connection, HttpMethod method, string path, string? token, object? body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, $"{connection.Url.TrimEnd('/')}/{path}");
        // Against requests that somebody else makes a browser or a proxy send; Vault can be told to ask for it.
        request.Headers.TryAddWithoutValidation("X-Vault-Request", "true");
        if (token is not null) request.Headers.TryAddWithoutValidation("X-Vault-Token", token);
        if (connection.Namespace is { } space) request.Headers.TryAddWithoutValidation("X-Vault-Namespace", space);
        if (body is not null) request.Content = JsonContent.Create(body);
        return await http.AskAsync(request, connection, stop);
    }

    internal static JsonElement? Parse(OutsideAnswer answer)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(answer.Body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static JsonElement? Field(JsonElement? element, params string[] names)
    {
        foreach (var name in names)
            element = element is { ValueKind: JsonValueKind.Object } here && here.TryGetProperty(name, out var inner) ? inner : null;
        return element;
    }

    /// <summary>Vault's own words; it repeats no values in them.</summary>
    internal static string Says(OutsideAnswer answer)
    {
        var errors = Field(Parse(answer), "errors") is { ValueKind: JsonValueKind.Array } list
            ? string.Join("; ", list.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString()!.Trim()))
            : "";
        if (errors.Length > 200) errors = errors[..200] + "...";
        return answer.Status switch
        {
            403 => $"it answered 403{Why()}; the token has expired, or its policy does not allow `read` there",
            503 => $"it answered 503{Why()}: it is sealed or being maintained",
            _ => $"it answered {answer.Status}{Why()}",
        };

        string Why() => errors.Length > 0 ? $" ({errors})" : "";
    }

    private sealed record Login(string Token, long At, TimeSpan Until)
    {
        public override string ToString() => "a login";
    }
}

using System.Collections.Concurrent;
using System.Text.Json;
using Headway.Server.Connections;
using Microsoft.IdentityModel.Tokens;

namespace Headway.Server.Access.Identity;

/// <summary>
/// Providers by the address that they call themselves, read when they are needed first and again after an hour. A token signed by a key that
/// is not known makes it look again, at most twice a minute, so that nobody makes Headway knock at a provider all the time.
/// </summary>
public sealed class Issuers(OutsideHttp http, TimeProvider time)
{
    private const string Discovery = "/.well-known/openid-configuration";
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1), Rests = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, Issuer> _known = new(StringComparer.Ordinal);

    /// <param name="again">Its keys may have changed since.</param>
    public async Task<Issuer> FindAsync(string name, CancellationToken stop, bool again = false)
    {
        var now = time.GetUtcNow();
        if (_known.TryGetValue(name, out var known) && now - known.ReadAt < (again ? Rests : Kept)) return known;
        using var found = await GetAsync(name.TrimEnd('/') + Discovery, stop);
        var says = found.RootElement;
        if (Text(says, "issuer") != name)
            throw new IssuerTroubleException($"{name} calls itself `{Text(says, "issuer")}`; it has to be written as it calls itself");
        if (Text(says, "jwks_uri") is not { } keysAt) throw new IssuerTroubleException($"{name} does not say where its keys are");
        using var keys = await GetAsync(keysAt, stop);
        return _known[name] = new(name, Text(says, "authorization_endpoint"), Text(says, "token_endpoint"), Text(says, "userinfo_endpoint"),
            [.. new JsonWebKeySet(keys.RootElement.GetRawText()).GetSigningKeys().Where(key => key is not SymmetricSecurityKey && key is not JsonWebKey { Kty: "oct" })], now);
    }

    private async Task<JsonDocument> GetAsync(string address, CancellationToken stop)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
            throw new IssuerTroubleException($"`{address}` is no address");
        if (uri.Scheme == "http" && !uri.IsLoopback) throw new IssuerTroubleException($"{address} is not https, and whoever is on the way could let anybody in");
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        var answer = await http.AskAsync(request, null, stop);
        if (answer.Problem is { } problem) throw new IssuerTroubleException($"{address}: {problem}");
        if (answer.Status is not 200) throw new IssuerTroubleException($"{address} answered {answer.Status}: {answer.Begins}");
        try
        {
            return JsonDocument.Parse(answer.Body);
        }
        catch (JsonException)
        {
            throw new IssuerTroubleException($"{address} answered with what is no JSON: {answer.Begins}");
        }
    }

    private static string? Text(JsonElement from, string name) =>
        from.ValueKind is JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Access;
using Headway.Server.Connections;
using Headway.Server.Secrets;
using Headway.Server.Storage;
using Microsoft.IdentityModel.Tokens;

namespace Headway.Server.Access.Identity;

/// <summary>Who has come back from the provider, or a sentence that says why nobody came in.</summary>
public sealed record SsoCame(Principal? Who, string? Why);

/// <summary>Is there a provider to log in at?</summary>
public delegate bool LoginOffer();

/// <summary>
/// Logs people in by the authorization code flow with PKCE (OpenID Connect Core 1.0, section 3.1; RFC 7636). Who began is known by a cookie, so that
/// nobody is made to finish a login that somebody else began.
/// </summary>
public sealed class SsoDesk(IEventStore store, (Issuers Issuers, JwtCheck Check) providers, OutsideHttp http, Envelope envelope, TimeProvider time)
{
    private const string Kind = "sso", Key = "sso";
    private const int MostPending = 1000;
    public static readonly TimeSpan LoginFor = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, Pending> _pending = new(StringComparer.Ordinal);
    private long _version;

    public SsoSetting? Setting { get; private set; }

    public async Task LoadAsync(CancellationToken stop)
    {
        var row = await store.ReadRowAsync(Kind, Key, stop);
        (Setting, _version) = row is null ? (null, 0) : (JsonSerializer.Deserialize<SsoSetting>(row.Value, Wire.Json), row.Version);
    }

    /// <param name="secret">Of the client; null for none.</param>
    public async Task KeepAsync(SsoSetting setting, string? secret, CancellationToken stop)
    {
        var kept = setting with { Secret = secret is null ? null : envelope.Seal(Encoding.UTF8.GetBytes(secret), SsoSetting.About) };
        await store.WriteRowAsync(Kind, Key, _version, JsonSerializer.SerializeToUtf8Bytes(kept, Wire.Json), stop);
        await LoadAsync(stop);
    }

    public async Task RemoveAsync(CancellationToken stop)
    {
        if (_version > 0) await store.DeleteRowAsync(Kind, Key, _version, stop);
        await LoadAsync(stop);
    }

    /// <returns>Where the browser goes, and what it has to bring back.</returns>
    public async Task<(string Address, string State)> BeginAsync(SsoSetting setting, string callback, CancellationToken stop)
    {
        var issuer = await providers.Issuers.FindAsync(setting.Issuer, stop);
        if (issuer.Authorization is not { } authorization) throw new IssuerTroubleException($"{setting.Issuer} lets nobody log in");
        var (state, nonce, verifier) = (Random(), Random(), Random());
        var now = time.GetUtcNow();
        foreach (var (old, pending) in _pending)
            if (now >= pending.Until || _pending.Count >= MostPending) _pending.TryRemove(old, out _);
        _pending[state] = new(nonce, verifier, now + LoginFor);
        var query = new Dictionary<string, string>
        {
            ["response_type"] = "code", ["client_id"] = setting.ClientId, ["redirect_uri"] = callback, ["state"] = state, ["nonce"] = nonce,
            ["scope"] = string.Join(' ', setting.Scopes.Prepend("openid").Distinct()),
            ["code_challenge"] = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))), ["code_challenge_method"] = "S256",
        };
        return ($"{authorization}{(authorization.Contains('?', StringComparison.Ordinal) ? '&' : '?')}"
            + string.Join('&', query.Select(each => $"{each.Key}={Uri.EscapeDataString(each.Value)}")), state);
    }

    /// <param name="brought">The state that the browser of whoever began has kept.</param>
    public async Task<SsoCame> FinishAsync((string? Code, string? State, string? Brought) answer, string callback, CancellationToken stop)
    {
        if (Setting is not { } setting) return new(null, "There is no identity provider.");
        if (answer.State is null || answer.State != answer.Brought || !_pending.TryRemove(answer.State, out var pending) || time.GetUtcNow() >= pending.Until)
            return new(null, "This login was not begun here, or it took more than ten minutes. Begin it again.");
        if (answer.Code is null) return new(null, "The provider has let nobody in.");
        var issuer = await providers.Issuers.FindAsync(setting.Issuer, stop);
        var (tokens, problem) = await ExchangeAsync(setting, issuer, (answer.Code, pending.Verifier, callback), stop);
        if (problem is not null) return new(null, problem);
        var read = await providers.Check.ReadAsync(tokens.Text("id_token") ?? "", setting.Issuer, setting.ClientId, stop);
        if (read.Problem is { } wrong) return new(null, $"What the provider says is not accepted: {wrong}.");
        if (read.Text("nonce") != pending.Nonce) return new(null, "What the provider says is about another login.");
        return Who(setting, read, await UserAsync(issuer, tokens.Text("access_token"), read, stop));
    }

    private static SsoCame Who(SsoSetting setting, JwtRead read, JwtRead user)
    {
        string? Said(string name) => read.Text(name) ?? user.Text(name);
        ImmutableArray<string> groups = [.. read.Texts(setting.GroupsClaim).Concat(user.Texts(setting.GroupsClaim)).Distinct()];
        var email = Said("email") is { } address && Said("email_verified") is null or "true" ? Said("email") : null;
        var name = Said("preferred_username") ?? email ?? read.Text("sub")!;
        var grants = setting.GrantsOf(groups);
        return grants.IsEmpty ? new(null, $"{name} is known to {setting.Issuer}, and no rule gives a role to one of its groups ({(groups.IsEmpty ? "none" : string.Join(", ", groups))}).")
            : new(new(name, PrincipalKind.Person, email is null ? [] : [email], groups, grants), null);
    }

    private async Task<(JwtRead Tokens, string? Problem)> ExchangeAsync(
        SsoSetting setting, Issuer issuer, (string Code, string Verifier, string Callback) login, CancellationToken stop)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code", ["code"] = login.Code, ["redirect_uri"] = login.Callback, ["client_id"] = setting.ClientId,
            ["code_verifier"] = login.Verifier,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, issuer.Token) { Content = new FormUrlEncodedContent(form) };
        if (setting.Secret is { } secret)
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(
                $"{Uri.EscapeDataString(setting.ClientId)}:{Uri.EscapeDataString(Encoding.UTF8.GetString(envelope.Open(secret, SsoSetting.About)))}")));
        var answer = await http.AskAsync(request, null, stop);
        if (answer.Problem is { } problem) return (Nothing, $"The provider cannot be asked: {problem}.");
        return answer.Status is 200 && Read(answer.Body) is { } tokens ? (tokens, null) : (Nothing, $"The provider does not accept the login: it answered {answer.Status}: {answer.Begins}");
    }

    /// <summary>What many providers say of people only there; about the same person, or nothing.</summary>
    private async Task<JwtRead> UserAsync(Issuer issuer, string? access, JwtRead read, CancellationToken stop)
    {
        if (issuer.Userinfo is not { } address || access is null) return Nothing;
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new("Bearer", access);
        var answer = await http.AskAsync(request, null, stop);
        return answer.Status is 200 && Read(answer.Body) is { } user && user.Text("sub") == read.Text("sub") ? user : Nothing;
    }

    private static readonly JwtRead Nothing = new(default, null);

    private static JwtRead? Read(byte[] body)
    {
        try
        {
            return new(JsonDocument.Parse(body).RootElement, null);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Random() => Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));

    private sealed record Pending(string Nonce, string Verifier, DateTimeOffset Until);
}

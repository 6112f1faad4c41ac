using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Headway.Server.Access.Identity;

/// <summary>What a token says, once it is known who says it; or a clause that says what is wrong with it.</summary>
public sealed record JwtRead(JsonElement Claims, string? Problem)
{
    public string? Text(string name) => Claims.ValueKind is JsonValueKind.Object && Claims.TryGetProperty(name, out var value) ? value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    } : null;

    /// <summary>A list, or a single text as a list of one.</summary>
    public ImmutableArray<string> Texts(string name) => Claims.ValueKind is JsonValueKind.Object && Claims.TryGetProperty(name, out var value)
        && value.ValueKind is JsonValueKind.Array
        ? [.. value.EnumerateArray().Where(each => each.ValueKind is JsonValueKind.String).Select(each => each.GetString()!)]
        : Text(name) is { } one ? [one] : [];
}

/// <summary>Verifies JSON Web Tokens of providers (RFC 7519, RFC 8725): by their own public keys, for this audience, in their time.</summary>
public sealed class JwtCheck(Issuers issuers)
{
    private const int LongestToken = 16 * 1024;
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    /// <summary>Signatures by public keys alone: `none` and shared secrets are in no case what a provider signs with.</summary>
    private static readonly string[] Algorithms =
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = LongestToken, MapInboundClaims = false };

    /// <summary>Who says that they made it, before anything of it is believed; null when it is no such token.</summary>
    public string? IssuerOf(string token)
    {
        if (token.Length > LongestToken || !_handler.CanReadToken(token)) return null;
        try
        {
            return _handler.ReadJsonWebToken(token).Issuer;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    public async Task<JwtRead> ReadAsync(string token, string issuer, string audience, CancellationToken stop)
    {
        var read = await TryAsync(token, await issuers.FindAsync(issuer, stop), audience);
        return read.IsKeyUnknown ? (await TryAsync(token, await issuers.FindAsync(issuer, stop, again: true), audience)).Read : read.Read;
    }

    private async Task<(JwtRead Read, bool IsKeyUnknown)> TryAsync(string token, Issuer issuer, string audience)
    {
        var found = await _handler.ValidateTokenAsync(token, new()
        {
            ValidIssuer = issuer.Name, ValidAudience = audience, IssuerSigningKeys = issuer.Keys, ValidAlgorithms = Algorithms, ClockSkew = Skew,
            RequireExpirationTime = true, RequireSignedTokens = true, ValidateIssuerSigningKey = true,
        });
        if (found.IsValid)
            return (new(JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(((JsonWebToken)found.SecurityToken).EncodedPayload)).RootElement, null), false);
        return (new(default, found.Exception switch
        {
            SecurityTokenExpiredException => "it has expired",
            SecurityTokenNotYetValidException => "it is not valid yet",
            SecurityTokenNoExpirationException => "it has no end",
            SecurityTokenInvalidLifetimeException => "its end is before its beginning",
            SecurityTokenInvalidAudienceException => $"it is for somebody else than `{audience}`",
            SecurityTokenInvalidIssuerException => $"it is not of {issuer.Name}",
            SecurityTokenInvalidAlgorithmException => $"its algorithm is none of {string.Join(", ", Algorithms)}",
            SecurityTokenSignatureKeyNotFoundException => $"it is signed by a key that {issuer.Name} does not publish",
            _ => "its signature does not fit",
        }), found.Exception is SecurityTokenSignatureKeyNotFoundException);
    }
}

using System.Collections.Immutable;
using Headway.Core.Access;
using Headway.Server.Secrets;

namespace Headway.Server.Access.Identity;

/// <summary>Who may come in of those whom an identity provider knows, and with which roles.</summary>
/// <param name="GroupsClaim">In which claim it says their groups.</param>
/// <param name="Scopes">Asked for besides `openid`.</param>
public sealed record SsoSetting(
    string Issuer, string ClientId, string GroupsClaim, ImmutableArray<string> Scopes, ImmutableArray<SsoRule> Rules)
{
    /// <summary>Null for a client without a secret, which PKCE protects alone.</summary>
    public Sealed? Secret { get; init; }

    public const string About = "sso client secret";

    /// <summary>A sentence; null when it can be used.</summary>
    public string? WhyNot()
    {
        if (!Uri.TryCreate(Issuer, UriKind.Absolute, out _)) return $"`{Issuer}` is no issuer: an address such as https://login.example.com.";
        if (string.IsNullOrWhiteSpace(ClientId)) return "The provider knows Headway by a client id.";
        if (Rules.IsDefaultOrEmpty) return "Without a rule nobody gets a role: `--rule sre=operator`, `--rule *=viewer`.";
        return Rules.SelectMany(rule => rule.Grants).FirstOrDefault(text => Grant.Parse(text) is null) is { } wrong
            ? $"`{wrong}` is no role for services and environments." : null;
    }

    public ImmutableArray<Grant> GrantsOf(ImmutableArray<string> groups) =>
        [.. Rules.Where(rule => rule.Group == Grant.Any || groups.Contains(rule.Group)).SelectMany(rule => rule.Grants).Select(text => Grant.Parse(text)!).Distinct()];
}

/// <param name="Group">`*` is everybody whom the provider lets in.</param>
public sealed record SsoRule(string Group, ImmutableArray<string> Grants);

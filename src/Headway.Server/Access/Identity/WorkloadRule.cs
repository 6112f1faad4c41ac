using System.Collections.Immutable;
using Headway.Core.Access;

namespace Headway.Server.Access.Identity;

/// <summary>
/// Lets programs in by the tokens that their platform gives them (jobs of GitHub Actions or GitLab), so that no secret of Headway lies there.
/// </summary>
/// <param name="Claims">Each has to be there with this value; one that ends with `*` means all that begin so.</param>
/// <param name="Grants">Roles such as `deployer:shop/staging`.</param>
public sealed record WorkloadRule(
    string Name, string Issuer, string Audience, ImmutableSortedDictionary<string, string> Claims, ImmutableArray<string> Grants)
{
    private const int MostClaims = 20;

    /// <summary>A sentence; null when it is a rule.</summary>
    public string? WhyNot()
    {
        if (Name is not { Length: > 0 and <= 100 }) return "A rule needs a name of 1 to 100 characters.";
        if (!Uri.TryCreate(Issuer, UriKind.Absolute, out var issuer) || issuer.Scheme is not ("https" or "http"))
            return $"`{Issuer}` is no issuer: an address such as https://token.actions.githubusercontent.com.";
        if (Audience is not { Length: > 0 and <= 200 }) return "A rule needs the audience that tokens are made for.";
        if (Claims is null || Claims.IsEmpty || Claims.Count > MostClaims || Claims.Values.All(value => value is "*" or ""))
            return "A rule needs a claim with a value: everybody on the platform has a token of its issuer. For example repository=org/shop.";
        if (Grants.IsDefaultOrEmpty) return "A rule gives at least one role, such as deployer:shop/staging.";
        return Grants.FirstOrDefault(text => Grant.Parse(text) is null) is { } wrong ? $"`{wrong}` is no role for services and environments." : null;
    }

    public bool Fits(JwtRead read) => Claims.All(claim => read.Texts(claim.Key).Any(value => Grant.Matches(claim.Value, value)));
}

using System.Collections.Immutable;
using Microsoft.IdentityModel.Tokens;

namespace Headway.Server.Access.Identity;

/// <summary>An identity provider, as it describes itself (OpenID Connect Discovery 1.0, section 3).</summary>
/// <param name="Userinfo">Null when it has none.</param>
/// <param name="Keys">By which it signs; never a shared secret.</param>
public sealed record Issuer(
    string Name, string? Authorization, string? Token, string? Userinfo, ImmutableArray<SecurityKey> Keys, DateTimeOffset ReadAt);

/// <summary>The provider cannot be asked, or says what cannot be used; a sentence without a full stop.</summary>
public sealed class IssuerTroubleException(string says) : Exception(says);

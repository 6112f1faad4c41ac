using System.Text.Json.Serialization;

namespace Headway.Server.Access;

/// <summary>What a bearer may do; each includes those before it, but nodes only do what nodes do.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Scope>))]
public enum Scope
{
    /// <summary>Look.</summary>
    Read,
    /// <summary>Start, pause, promote, abort, roll back.</summary>
    Deploy,
    /// <summary>Everything, tokens too.</summary>
    Admin,
    /// <summary>Fetch desired state and jobs, report.</summary>
    Node,
}

[JsonConverter(typeof(JsonStringEnumConverter<TokenUse>))]
public enum TokenUse
{
    /// <summary>In the `Authorization` header.</summary>
    Bearer,
    /// <summary>Once, in the address of the status page; turned into a session.</summary>
    Link,
    /// <summary>In the cookie of a browser.</summary>
    Session,
}

/// <summary>
/// A row about a secret that only its bearer has: the row holds the SHA-256 of it, which is also its key.
/// </summary>
/// <param name="Name">For people: whose it is, or what for.</param>
/// <param name="Node">The only node that a node's token may speak for; null for any.</param>
/// <param name="LastUsedAt">To the minute.</param>
public sealed record AccessToken(
    string Hash, string Name, TokenUse Use, Scope Scope, string? Node,
    DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt)
{
    /// <summary>Names the token where it is listed or revoked; says nothing about the secret.</summary>
    public string Id => Hash[..12];

    public bool IsValid(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is null || now < ExpiresAt);

    public bool May(Scope wanted) =>
        wanted == Scope.Node || Scope == Scope.Node ? Scope == wanted : Scope >= wanted;
}

/// <param name="Secret">Shown once; only its hash is kept.</param>
public sealed record NewToken(string Secret, AccessToken Token);

using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Headway.Core.Access;

namespace Headway.Server.Access;

/// <summary>
/// What a bearer may do; `read`, `deploy` and `admin` each include those before. Nodes only do what nodes do, and who
/// sends telemetry does nothing else.
/// </summary>
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
    /// <summary>Send metrics, traces and logs.</summary>
    Telemetry,
    /// <summary>Pull, push and delete in repositories of the registry, as the token's grants say, and nothing else.</summary>
    Registry,
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
/// <param name="Repositories">What it may do in the registry besides what its scope allows.</param>
public sealed record AccessToken(
    string Hash, string Name, TokenUse Use, Scope Scope, string? Node,
    DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt,
    ImmutableArray<RepositoryGrant>? Repositories = null)
{
    /// <summary>Roles for services and environments, besides what the scope allows.</summary>
    public ImmutableArray<Grant>? Grants { get; init; }

    /// <summary>By which commits name whoever bears it.</summary>
    public ImmutableArray<string>? Emails { get; init; }

    public ImmutableArray<string>? Groups { get; init; }

    /// <summary>Names the token where it is listed or revoked; says nothing about the secret.</summary>
    public string Id => Hash[..12];

    public bool IsValid(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is null || now < ExpiresAt);

    /// <summary>Whoever bears it, with the roles that its scope stands for.</summary>
    public Principal Principal => new(Name, PrincipalKind.Person, Emails ?? [], Groups ?? [],
    [
        .. Scope switch
        {
            Scope.Admin => [Grant.Everything],
            Scope.Deploy => [new(Role.Operator, Grant.Any, Grant.Any), new(Role.Approver, Grant.Any, Grant.Any)],
            Scope.Read => [new(Role.Viewer, Grant.Any, Grant.Any)],
            _ => (Grant[])[],
        },
        .. Grants ?? [],
    ]);

    public bool May(Scope wanted) => (wanted, Scope) switch
    {
        (Scope.Telemetry, Scope.Telemetry or Scope.Node or Scope.Admin) => true,
        (Scope.Telemetry, _) or (_, Scope.Telemetry) => false,
        (Scope.Registry, _) or (_, Scope.Registry) => Scope == wanted,
        (Scope.Node, _) or (_, Scope.Node) => Scope == wanted,
        _ => Scope >= wanted,
    };

    /// <summary>Whether it may act as this runner: `NODE` itself, or `NODE.2` and so on, which carry jobs at once.</summary>
    public bool SpeaksForRunner(string runner) => Node is null || runner == Node
        || (runner.StartsWith($"{Node}.", StringComparison.Ordinal) && runner.AsSpan(Node.Length + 1).IndexOfAnyExceptInRange('0', '9') < 0);

    /// <summary>Admins may everything; who may look, and nodes, which run what is there, may pull.</summary>
    public bool May(string repository, RepositoryAct act) =>
        Scope == Scope.Admin
        || (act == RepositoryAct.Pull && Scope is (Scope.Read or Scope.Deploy or Scope.Node))
        || (Repositories is { IsDefault: false } grants && grants.Any(grant => grant.Allows(repository, act)));
}

/// <param name="Secret">Shown once; only its hash is kept.</param>
public sealed record NewToken(string Secret, AccessToken Token);

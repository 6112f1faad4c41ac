using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Headway.Server.Connections;

/// <summary>A source outside that the server may ask, with what it needs for that. Never in headway.yaml.</summary>
/// <param name="Name">By which headway.yaml calls it.</param>
/// <param name="Url">Without credentials; what is asked is below it.</param>
public sealed record Connection(string Name, ConnectionKind Kind, string Url)
{
    /// <summary>Null: it is asked without.</summary>
    public Credential? Credential { get; init; }

    /// <summary>PEM of the authorities that are trusted instead of the system's; null for the system's.</summary>
    public string? Authority { get; init; }

    /// <summary>PEM of certificate and key that the server shows.</summary>
    public string? ClientCertificate { get; init; }

    /// <summary>Certificates are not verified: whoever is on the way can read the credentials.</summary>
    public bool Insecure { get; init; }

    /// <summary>Of New Relic.</summary>
    public string? Account { get; init; }

    /// <summary>Of CloudWatch.</summary>
    public string? Region { get; init; }

    /// <summary>Of Vault.</summary>
    public string? Namespace { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<ConnectionKind>))]
public enum ConnectionKind { Prometheus, Datadog, NewRelic, CloudWatch, Json, GitHub, GitLab, Gitea, Vault, Opa }

/// <summary>How the server says who it is.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Bearer), "bearer")]
[JsonDerivedType(typeof(Basic), "basic")]
[JsonDerivedType(typeof(Headers), "headers")]
[JsonDerivedType(typeof(Aws), "aws")]
[JsonDerivedType(typeof(AppRole), "appRole")]
public abstract record Credential
{
    private Credential() { }

    public sealed record Bearer(string Token) : Credential;

    public sealed record Basic(string User, string Password) : Credential;

    /// <summary>By name, such as `DD-API-KEY`.</summary>
    public sealed record Headers(ImmutableSortedDictionary<string, string> Values) : Credential;

    /// <summary>Each request is signed.</summary>
    public sealed record Aws(string AccessKey, string SecretKey, string? SessionToken) : Credential;

    /// <summary>Of Vault: a token is asked for with it, and a new one when that runs out.</summary>
    /// <param name="Mount">Where it is enabled: `approle`.</param>
    public sealed record AppRole(string RoleId, string SecretId, string Mount) : Credential;
}

/// <summary>What people are shown of a connection: everything but the secrets.</summary>
/// <param name="Credential">Its kind, or null.</param>
/// <param name="Warnings">What makes it unsafe, in sentences.</param>
public sealed record ConnectionView(
    string Name, ConnectionKind Kind, string Url, string? Credential, bool OwnAuthority, bool ClientCertificate,
    bool Insecure, ImmutableArray<string> Warnings)
{
    public static ConnectionView Of(Connection connection) => new(
        connection.Name, connection.Kind, connection.Url, connection.Credential switch
        {
            Connections.Credential.Bearer => "bearer token",
            Connections.Credential.Basic basic => $"user {basic.User}",
            Connections.Credential.Headers headers => $"header {string.Join(", ", headers.Values.Keys)}",
            Connections.Credential.Aws aws => $"access key {aws.AccessKey}",
            Connections.Credential.AppRole role => $"role {role.RoleId}",
            _ => null,
        },
        connection.Authority is not null, connection.ClientCertificate is not null, connection.Insecure,
        ConnectionRules.Warnings(connection));
}

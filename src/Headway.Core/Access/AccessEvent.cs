using System.Collections.Immutable;

namespace Headway.Core.Access;

/// <summary>
/// Who was let in, and who was not. Streams: `access/token/ID`, `access/logins`, `access/trust`, `access/refusals`. Secrets are in none of them.
/// </summary>
public abstract record AccessEvent
{
    private AccessEvent() { }

    /// <param name="Scope">read, deploy, admin, node, telemetry or registry.</param>
    public sealed record TokenCreated(string Id, string Name, string Scope, ImmutableArray<string> Grants, DateTimeOffset? ExpiresAt) : AccessEvent;

    /// <param name="OldEndsAt">Until then the old one goes on.</param>
    public sealed record TokenRotated(string Id, string NewId, string Name, DateTimeOffset OldEndsAt) : AccessEvent;

    public sealed record TokenRevoked(string Id, string Name) : AccessEvent;

    /// <param name="How">link, oidc or workload.</param>
    public sealed record LoggedIn(string Name, string How, ImmutableArray<string> Groups) : AccessEvent;

    /// <summary>By whose word people or programs come in has changed.</summary>
    /// <param name="What">sso, or `workloads/NAME`.</param>
    /// <param name="Says">What holds now, in one line; null when it was removed.</param>
    public sealed record TrustChanged(string What, string? Says) : AccessEvent;

    /// <summary>Somebody was turned away.</summary>
    /// <param name="Name">Null when it is not known who.</param>
    /// <param name="From">Address of the connection.</param>
    /// <param name="Unrecorded">Refusals before this one that were too many in a minute to be recorded one by one.</param>
    public sealed record Refused(string? Name, string Method, string Path, string From, string Why, int Unrecorded) : AccessEvent;
}

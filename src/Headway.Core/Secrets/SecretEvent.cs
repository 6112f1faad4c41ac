using Headway.Core.Rollouts;

namespace Headway.Core.Secrets;

/// <summary>What happened to a secret: names and numbers, never a value. The stream is `secret/NAME`.</summary>
public abstract record SecretEvent
{
    private SecretEvent() { }

    /// <param name="AsNext">It waits to be promoted; otherwise it is current at once.</param>
    /// <param name="Outside">Where its value is read, for one that another store keeps.</param>
    public sealed record Set(
        int Version, bool AsNext, SecretScope Scope, DateTimeOffset? ExpiresAt, SecretOutside? Outside) : SecretEvent;

    public sealed record Promoted(int Version) : SecretEvent;

    public sealed record RolledBack(int Version) : SecretEvent;

    /// <summary>Its value is destroyed.</summary>
    public sealed record Retired(int Version) : SecretEvent;

    public sealed record ScopeChanged(SecretScope Scope) : SecretEvent;

    public sealed record Deleted : SecretEvent;

    public sealed record Read(int Version, SecretReader By) : SecretEvent;

    public sealed record Refused(SecretReader By, string Says) : SecretEvent;

    /// <summary>The key that wraps its data keys was changed.</summary>
    public sealed record Rewrapped(string Key) : SecretEvent;

    public static string StreamOf(string secret) => $"secret/{secret}";

    /// <summary>For people, without the name.</summary>
    public static string SaysOf(Recorded<SecretEvent> recorded) => recorded.Event switch
    {
        Set e => $"version {e.Version} was set{(e.AsNext ? " as the next one" : "")} by {recorded.Actor}",
        Promoted e => $"version {e.Version} was made current by {recorded.Actor}",
        RolledBack e => $"version {e.Version} is current again, by {recorded.Actor}",
        Retired e => $"the value of version {e.Version} was destroyed",
        ScopeChanged => $"its scope was changed by {recorded.Actor}",
        Deleted => $"it was deleted by {recorded.Actor}",
        Read e => $"version {e.Version} was given to {e.By.Says}",
        Refused e => $"it was refused to {e.By.Says}: {e.Says}",
        Rewrapped e => $"its keys were wrapped anew with key {e.Key}",
        _ => "",
    };
}

/// <summary>A value that is kept elsewhere and read at the moment of need.</summary>
/// <param name="Driver">`file`, `environment` or `vault`.</param>
/// <param name="At">Path of the file, name of the variable, or path in Vault.</param>
/// <param name="Field">Field of a secret in Vault.</param>
/// <param name="Connection">Which Vault.</param>
public sealed record SecretOutside(string Driver, string At, string? Field = null, string? Connection = null);

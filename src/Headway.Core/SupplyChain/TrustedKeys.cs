using System.Collections.Immutable;

namespace Headway.Core.SupplyChain;

/// <param name="Services">Which services it is trusted for; empty: all.</param>
public sealed record TrustedKey(VerifyingKey Key, ImmutableArray<string> Services)
{
    public bool IsFor(string service) => Services.IsDefaultOrEmpty || Services.Contains(service);
}

/// <summary>Keys whose signatures count: the server's own, and those that an admin added.</summary>
public sealed record TrustedKeys(VerifyingKey Server, ImmutableArray<TrustedKey> Others)
{
    /// <summary>Who signed it, or null when nobody who is trusted for the service did.</summary>
    public VerifyingKey? SignerOf(string service, byte[] signed, byte[] signature) =>
        For(service).FirstOrDefault(key => key.Verifies(signed, signature));

    private IEnumerable<VerifyingKey> For(string service) =>
        [Server, .. Others.Where(other => other.IsFor(service)).Select(other => other.Key)];
}

using System.Collections.Immutable;

namespace Headway.Core.SupplyChain;

/// <summary>Whose signatures count besides the server's own. The stream is `trust/keys`.</summary>
public abstract record TrustEvent
{
    private TrustEvent() { }

    /// <param name="Pem">The public key.</param>
    /// <param name="Services">For which services; empty: for all.</param>
    public sealed record KeyTrusted(string Name, string Pem, ImmutableArray<string> Services) : TrustEvent;

    public sealed record KeyDistrusted(string Name, string Why) : TrustEvent;
}

using Headway.Server.Connections;

namespace Headway.Server.Secrets;

/// <summary>
/// A new key for everything that is sealed. Values are not opened: only their data keys are wrapped anew. Killed half way
/// it can be begun again, since old keys are let go at the end only.
/// </summary>
public sealed class KeyRotation(SecretStore store, KnownConnections connections, Envelope envelope)
{
    public async Task<KeyRotated> RunAsync(string actor, CancellationToken stop)
    {
        envelope.Keys.Renew();
        var secrets = await store.RewrapAsync(actor, stop);
        connections.Rewrap();
        envelope.Keys.LetGo();
        return new(envelope.Keys.Current, secrets);
    }
}

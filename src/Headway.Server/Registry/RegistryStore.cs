namespace Headway.Server.Registry;

/// <summary>
/// The registry for code of the server: what the HTTP interface does, without HTTP. Everything it returns is on disk
/// when it returns; a kill at any moment leaves a push whole or not there.
/// </summary>
public sealed class RegistryStore(
    RegistryBlobs blobs, RegistryManifests manifests, Uploads uploads, RegistryDeletions deletions)
{
    public RegistryBlobs Blobs => blobs;

    public RegistryManifests Manifests => manifests;

    /// <summary>Blobs that arrive in steps.</summary>
    public Uploads Uploads => uploads;

    public RegistryDeletions Deletions => deletions;
}

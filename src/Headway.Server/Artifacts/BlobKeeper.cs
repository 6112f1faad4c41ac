namespace Headway.Server.Artifacts;

/// <summary>
/// Something of the server that needs blobs. Whoever keeps blobs adds one to the services; no file that any of them
/// names is collected.
/// </summary>
/// <param name="What">For people: `releases`.</param>
/// <param name="Digests">All that it needs now.</param>
public sealed record BlobKeeper(string What, Func<IEnumerable<string>> Digests);

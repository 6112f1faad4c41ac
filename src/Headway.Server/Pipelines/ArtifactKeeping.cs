namespace Headway.Server.Pipelines;

/// <summary>What a run needs of the artifact store.</summary>
/// <param name="KeepAsync">Reads to the end, keeps the bytes, returns their digest, `sha256:hex`.</param>
/// <param name="Sign">Signature of the server over a digest.</param>
public sealed record ArtifactKeeping(
    Func<Stream, CancellationToken, Task<string>> KeepAsync, Func<string, string?> Sign);

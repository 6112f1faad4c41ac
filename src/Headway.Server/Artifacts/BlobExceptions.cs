namespace Headway.Server.Artifacts;

public sealed class BlobMissingException(string digest)
    : Exception($"The artifact {digest} is not here: it was never uploaded, or it was deleted as unused. "
        + "Build the commit again.");

/// <summary>The bytes on disk are not those that were stored; they are not served.</summary>
public sealed class BlobCorruptException(string digest, string actual)
    : Exception($"The artifact {digest} is damaged on disk (its bytes are {actual}) and is not served. "
        + "Build the commit again, or restore the file from a backup.");

public sealed class BlobTooLargeException(long limit)
    : Exception($"The artifact is larger than {limit} bytes, which is the limit of this server.");

public sealed class DigestInvalidException(string text)
    : Exception($"`{(text.Length > 100 ? text[..100] : text)}` is not a digest: sha256: and 64 hexadecimal digits.");

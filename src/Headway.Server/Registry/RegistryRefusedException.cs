namespace Headway.Server.Registry;

/// <summary>The registry does not do it: which code of the distribution specification, and a sentence that says why.</summary>
public sealed class RegistryRefusedException(RefusedFor why, string says, IReadOnlyList<string>? what = null)
    : Exception(says)
{
    public RefusedFor Why { get; } = why;

    /// <summary>The digests or names that it is about.</summary>
    public IReadOnlyList<string> What { get; } = what ?? [];
}

/// <summary>Each is an error of the distribution specification with a status.</summary>
public enum RefusedFor
{
    BlobUnknown, UploadInvalid, UploadBusy, UploadUnknown, UploadRange, DigestInvalid, ManifestBlobUnknown,
    ManifestInvalid, ManifestTooLarge, ManifestUnknown, NameInvalid, NameUnknown, SizeInvalid, BlobTooLarge,
    TagInvalid, TagFixed, InUse, PageInvalid, TooMany,
}

namespace Headway.Server.Registry.Http;

/// <summary>What a path under `/v2/` names. A name may hold any number of slashes, so it is read from the end.</summary>
internal abstract record RegistryPath
{
    private RegistryPath() { }

    public sealed record Ping : RegistryPath;

    public sealed record Catalog : RegistryPath;

    public sealed record Tags(string Name) : RegistryPath;

    public sealed record ManifestAt(string Name, string Reference) : RegistryPath;

    public sealed record ReferrersOf(string Name, string Digest) : RegistryPath;

    public sealed record BlobAt(string Name, string Digest) : RegistryPath;

    public sealed record UploadStart(string Name) : RegistryPath;

    public sealed record UploadAt(string Name, string Id) : RegistryPath;

    /// <summary>Null when it names nothing.</summary>
    public static RegistryPath? Read(string rest)
    {
        if (rest.Length == 0) return new Ping();
        if (rest == "_catalog") return new Catalog();
        return rest.Split('/') switch
        {
            [.. var name, "tags", "list"] => new Tags(Join(name)),
            [.. var name, "blobs", "uploads", ""] => new UploadStart(Join(name)),
            [.. var name, "blobs", "uploads", var id] => new UploadAt(Join(name), id),
            [.. var name, "blobs", "uploads"] => new UploadStart(Join(name)),
            [.. var name, "blobs", var digest] => new BlobAt(Join(name), digest),
            [.. var name, "manifests", var reference] => new ManifestAt(Join(name), reference),
            [.. var name, "referrers", var digest] => new ReferrersOf(Join(name), digest),
            _ => null,
        };
    }

    public string? Repository => this switch
    {
        Tags at => at.Name,
        ManifestAt at => at.Name,
        ReferrersOf at => at.Name,
        BlobAt at => at.Name,
        UploadStart at => at.Name,
        UploadAt at => at.Name,
        _ => null,
    };

    private static string Join(string[] name) => string.Join('/', name);
}

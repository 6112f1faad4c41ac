using Headway.Core.Services;

namespace Headway.Core.Releases;

/// <summary>What can be deployed: a commit, its artifact by digest, and the specification it was built with.</summary>
/// <param name="Id">`service-number-shortsha`, for example `shop-3-9f2c1ab`.</param>
/// <param name="Number">1, 2, 3 ... within the service; a higher number is newer.</param>
/// <param name="ArtifactDigest">`sha256:...` of the artifact's bytes.</param>
/// <param name="ArtifactSignature">ECDSA P-256 signature by the server over the digest, base64, or null when unsigned.</param>
public sealed record Release(
    string Id, string Service, int Number, Commit Commit, string ArtifactDigest, string? ArtifactSignature,
    ServiceSpec Spec, DateTimeOffset CreatedAt)
{
    /// <summary>
    /// `sha256:...` of the release's manifest in the registry, which everything that is said about it refers to; null for
    /// releases that were made before there was one.
    /// </summary>
    public string? ManifestDigest { get; init; }

    /// <summary>Of the configuration that it runs with; 0 is what headway.yaml alone says. Its id ends in `.c1`, `.c2` and so on.</summary>
    public int Revision { get; init; }

    /// <summary>Id of the release without configuration: what was built.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Base => BaseOf(Id);

    /// <summary>The same of an id.</summary>
    public static string BaseOf(string id) => id.LastIndexOf(".c", StringComparison.Ordinal) is > 0 and var at
        && at + 2 < id.Length && id.AsSpan(at + 2).IndexOfAnyExceptInRange('0', '9') < 0 ? id[..at] : id;

    /// <summary>Where the artifact was built, when not by Headway.</summary>
    public ReleaseOrigin? Origin { get; init; }

    /// <summary>Null where it was not looked at.</summary>
    public Reproduction? Reproduction { get; init; }
}

/// <param name="Sha">Full object name.</param>
public sealed record Commit(string Sha, string Subject, string Author, DateTimeOffset CommittedAt)
{
    /// <summary>Address of the author; null in what was recorded before it was read.</summary>
    public string? Email { get; init; }

    public string Short => Sha.Length <= 7 ? Sha : Sha[..7];
}

/// <summary>A build that Headway did not run.</summary>
/// <param name="BuiltBy">As told by whoever handed it over: the address of the build.</param>
public sealed record ReleaseOrigin(string BuiltBy);

/// <summary>An earlier build of the same inputs, and whether it made the same bytes.</summary>
/// <param name="Run">The earlier one.</param>
public sealed record Reproduction(string Run, bool IsSame, string EarlierDigest);

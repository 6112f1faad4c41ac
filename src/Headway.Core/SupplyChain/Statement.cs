using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Headway.Core.SupplyChain;

/// <summary>Something that somebody says about artifacts: an in-toto statement, v1.</summary>
/// <param name="Type">Always <see cref="V1"/>; others wrote v0.1 before.</param>
public sealed record Statement(
    [property: JsonPropertyName("_type")] string Type, ImmutableArray<ResourceDescriptor> Subject, string PredicateType,
    JsonElement Predicate)
{
    public const string V1 = "https://in-toto.io/Statement/v1";
    public const string V01 = "https://in-toto.io/Statement/v0.1";

    public static Statement Of(ImmutableArray<ResourceDescriptor> subject, string predicateType, object predicate) =>
        new(V1, subject, predicateType, JsonSerializer.SerializeToElement(predicate, predicate.GetType(), Wire.Json));

    /// <summary>Whether it is about what has this digest, `sha256:...`.</summary>
    public bool IsAbout(string digest) => !Subject.IsDefault && Subject.Any(each =>
        each.Digest?.GetValueOrDefault("sha256") is { Length: > 0 } hex && $"sha256:{hex}" == digest);

    public T? Read<T>() where T : class
    {
        try
        {
            return Predicate.Deserialize<T>(Wire.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A thing by digest, as in-toto names it.</summary>
public sealed record ResourceDescriptor
{
    public string? Name { get; init; }
    public string? Uri { get; init; }
    public ImmutableSortedDictionary<string, string>? Digest { get; init; }
    public string? MediaType { get; init; }
    public string? DownloadLocation { get; init; }
    public ImmutableSortedDictionary<string, string>? Annotations { get; init; }

    /// <param name="digest">`sha256:...`</param>
    public static ResourceDescriptor Of(string name, string digest) =>
        new() { Name = name, Digest = Sha256(digest) };

    public static ImmutableSortedDictionary<string, string> Sha256(string digest) =>
        ImmutableSortedDictionary<string, string>.Empty.Add("sha256", digest[(digest.IndexOf(':') + 1)..]);

    public static ImmutableSortedDictionary<string, string> GitCommit(string sha) =>
        ImmutableSortedDictionary<string, string>.Empty.Add("gitCommit", sha);
}

/// <summary>What a statement says. Those of others are named by their owners; ours are URNs.</summary>
public static class PredicateType
{
    public const string Provenance = "https://slsa.dev/provenance/v1";
    public const string BillOfMaterials = "https://cyclonedx.org/bom";
    public const string TestResult = "https://in-toto.io/attestation/test-result/v0.1";

    /// <summary>Nothing but the signature itself: what `cosign sign` writes.</summary>
    public const string Signature = "https://sigstore.dev/cosign/sign/v1";

    /// <summary>Coverage, scans and contracts that jobs wrote: <see cref="JobResults"/>.</summary>
    public const string JobResults = "urn:headway:job-results:v1";

    /// <summary>An artifact that was built elsewhere and handed over: <see cref="Handover"/>.</summary>
    public const string Handover = "urn:headway:handover:v1";
}

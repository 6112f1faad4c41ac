using System.Collections.Immutable;

namespace Headway.Core.Evidence.Answers;

/// <summary>An answer as far as it is compared.</summary>
/// <param name="Headers">Those that are compared, by lower-case name; what is missing was not sent.</param>
/// <param name="Body">Decoded; whole when as long as `Length`, else there is none.</param>
/// <param name="Length">Of the whole body.</param>
/// <param name="Digest">Of the whole body, when it is too long to be kept.</param>
public sealed record Answer(
    int Status, ImmutableSortedDictionary<string, string> Headers, ReadOnlyMemory<byte> Body, long Length,
    string? Digest)
{
    public bool IsWhole => Body.Length == Length;

    public string? MediaType => Headers.TryGetValue("content-type", out var type)
        ? type.Split(';')[0].Trim().ToLowerInvariant() : null;

    public bool Fails => Status >= 500;
}

/// <summary>One place where two answers differ.</summary>
/// <param name="Pattern">The place without positions in arrays, the same in other answers. Not masked.</param>
/// <param name="Path">The place, for people; keys that look like personal data are masked.</param>
/// <param name="Was">Stable's value, for people, masked.</param>
/// <param name="Is">The other one's.</param>
public sealed record Difference(string Pattern, string Path, string Was, string Is)
{
    public string Says => $"{Path} {Was} -> {Is}";
}

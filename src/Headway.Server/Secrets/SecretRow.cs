using System.Collections.Immutable;
using Headway.Core.Secrets;

namespace Headway.Server.Secrets;

/// <summary>One secret as it stands in the store: everything but its values is readable.</summary>
/// <param name="Kept">A version each; those that are retired are gone.</param>
public sealed record SecretRow(
    string Name, SecretScope Scope, SecretVersions Versions, ImmutableArray<KeptVersion> Kept)
{
    public KeptVersion? Version(int? number) => Kept.FirstOrDefault(kept => kept.Number == number);

    /// <summary>What a value is sealed to.</summary>
    public string About(int number) => $"secret {Name} version {number} for {Scope.Canonical}";
}

/// <param name="Value">Null for one that is read elsewhere.</param>
/// <param name="By">Name of the token that set it.</param>
public sealed record KeptVersion(
    int Number, Sealed? Value, SecretOutside? Outside, DateTimeOffset SetAt, string By, DateTimeOffset? ExpiresAt);

/// <summary>What people are shown of a secret.</summary>
public sealed record SecretView(
    string Name, SecretScope Scope, SecretVersions Versions, ImmutableArray<VersionView> Kept,
    ImmutableArray<string> Warnings)
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    public static SecretView Of(SecretRow row, DateTimeOffset now) => new(row.Name, row.Scope, row.Versions,
        [.. row.Kept.OrderByDescending(kept => kept.Number).Select(kept => new VersionView(kept.Number,
            row.Versions.WordOf(kept.Number), kept.SetAt, kept.By, kept.ExpiresAt, kept.Value?.Key.Key, kept.Outside))],
        [.. Says(row, now)]);

    private static IEnumerable<string> Says(SecretRow row, DateTimeOffset now)
    {
        foreach (var kept in row.Kept.Where(kept => kept.ExpiresAt is not null))
            if (kept.ExpiresAt <= now)
                yield return $"Version {kept.Number} of `{row.Name}` has expired on {kept.ExpiresAt:yyyy-MM-dd}; it is still "
                    + $"given out. `headway secrets set {row.Name}` replaces it.";
            else if (kept.ExpiresAt <= now + Soon)
                yield return $"Version {kept.Number} of `{row.Name}` expires on {kept.ExpiresAt:yyyy-MM-dd}.";
    }
}

/// <param name="Key">The key that wraps its data key.</param>
public sealed record VersionView(
    int Number, string Is, DateTimeOffset SetAt, string By, DateTimeOffset? ExpiresAt, string? Key, SecretOutside? Outside);

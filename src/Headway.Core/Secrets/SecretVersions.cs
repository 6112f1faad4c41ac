using System.Collections.Immutable;

namespace Headway.Core.Secrets;

/// <summary>Which versions of a secret have a value. A new one makes the current one previous, and that one goes.</summary>
/// <param name="Highest">Numbers are never used twice, so that the record stays clear.</param>
public sealed record SecretVersions(int? Current, int? Previous, int? Next, int Highest)
{
    public static readonly SecretVersions None = new(null, null, null, 0);

    public ImmutableArray<int> Live => [.. new[] { Current, Previous, Next }.OfType<int>()];

    public SecretVersions Set() => new(Highest + 1, Current, Next, Highest + 1);

    public SecretVersions SetNext() => this with { Next = Highest + 1, Highest = Highest + 1 };

    /// <summary>Null when there is no next one.</summary>
    public SecretVersions? Promote() => Next is null ? null : new(Next, Current, null, Highest);

    /// <summary>The previous one is current again, and what was current waits as the next; null when there is none.</summary>
    public SecretVersions? RollBack() => Previous is null ? null : new(Previous, null, Current, Highest);

    /// <summary>Null when there is nothing to retire: the current one is never retired.</summary>
    public SecretVersions? Retire() => Previous is null ? null : this with { Previous = null };

    public string WordOf(int version) =>
        version == Current ? "current" : version == Previous ? "previous" : version == Next ? "next" : "retired";
}

using System.Collections.Immutable;

namespace Headway.Core.Secrets;

/// <summary>What a node asks secrets for. It names the instance, so that the record does.</summary>
/// <param name="Lane">`service/environment`.</param>
/// <param name="Id">Of the instance or the task.</param>
/// <param name="ToMask">Not to start it: control was restarted and has to mask what it writes.</param>
public sealed record SecretsAsked(string Lane, string Release, string Id, bool ToMask = false);

/// <summary>The answer to a node or a runner. It is kept in memory only.</summary>
/// <param name="AlsoMask">Values of other versions that may still turn up in output.</param>
public sealed record SecretsHanded(ImmutableArray<SecretHanded> Values, ImmutableArray<byte[]> AlsoMask)
{
    public static readonly SecretsHanded None = new([], []);

    public IEnumerable<byte[]> ToMask => Values.Select(value => value.Value).Concat(AlsoMask);

    /// <summary>By the name of the secret.</summary>
    public ImmutableSortedDictionary<string, int> Versions => Values.Select(v => (v.Use.Secret, v.Version)).Distinct()
        .ToImmutableSortedDictionary(pair => pair.Secret, pair => pair.Version, StringComparer.Ordinal);

    /// <summary>A record would print its members.</summary>
    public override string ToString() => $"{Values.Length} secrets";
}

public sealed record SecretHanded(SecretUse Use, int Version, byte[] Value)
{
    public override string ToString() => $"{Use.Variable}: version {Version} of {Use.Secret}";
}

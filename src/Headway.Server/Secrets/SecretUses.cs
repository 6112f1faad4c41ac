using System.Collections.Immutable;
using Headway.Core.Secrets;
using Headway.Core.Services;
using Headway.Server.Journal;

namespace Headway.Server.Secrets;

/// <summary>Which secrets a release refers to where it runs.</summary>
public static class SecretUses
{
    /// <summary>Those of `run`, and those of the environment in place of the same variable.</summary>
    public static ImmutableArray<SecretUse> Of(ServiceSpec spec, string environment)
    {
        var run = spec.Run.Secrets.IsDefault ? [] : spec.Run.Secrets;
        var own = spec.Environments.FirstOrDefault(each => each.Name == environment)?.Secrets ?? [];
        return own.IsDefaultOrEmpty ? run : [.. run.Where(use => own.All(other => other.Variable != use.Variable)), .. own];
    }

    /// <summary>By lane and release; none for what the record does not know.</summary>
    public static ImmutableArray<SecretUse> Of(Ledger ledger, string lane, string release) =>
        ledger.Release(release) is { } known && lane.StartsWith(known.Service + "/", StringComparison.Ordinal)
            ? Of(known.Spec, lane[(known.Service.Length + 1)..]) : [];
}

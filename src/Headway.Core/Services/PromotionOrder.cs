using System.Collections.Immutable;

namespace Headway.Core.Services;

/// <summary>
/// In which order a release comes through its environments: one after the other as they are written, or in waves, where some wait for the same
/// ones before them.
/// </summary>
public static class PromotionOrder
{
    /// <summary>Where a release has to be out before it comes here; none: the pipeline is before it.</summary>
    public static ImmutableArray<string> Before(ImmutableArray<EnvironmentSpec> environments, string environment)
    {
        var at = IndexOf(environments, environment);
        if (at < 0) return [];
        return environments[at].After ?? (at == 0 ? [] : [environments[at - 1].Name]);
    }

    /// <summary>Those that may have something to take once a release is out here.</summary>
    public static IEnumerable<string> After(ImmutableArray<EnvironmentSpec> environments, string environment) =>
        environments.Select(each => each.Name).Where(each => Before(environments, each).Contains(environment));

    public static int IndexOf(ImmutableArray<EnvironmentSpec> environments, string environment)
    {
        for (var i = 0; i < environments.Length; i++)
            if (environments[i].Name == environment) return i;
        return -1;
    }
}

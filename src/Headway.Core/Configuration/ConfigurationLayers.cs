using System.Collections.Immutable;
using Headway.Core.Services;

namespace Headway.Core.Configuration;

/// <summary>One place in which a variable may be set.</summary>
/// <param name="Place">For people: a file and where in it.</param>
public sealed record ConfigurationLayer(string Place, ImmutableSortedDictionary<string, string> Values);

/// <summary>A variable as it is in an environment.</summary>
/// <param name="Value">Null for a secret, of which only the name is shown.</param>
/// <param name="Place">Where it is set.</param>
/// <param name="Overrides">Weaker places that set it too, the strongest first.</param>
public sealed record ConfigurationEntry(string Key, string? Value, string Place, ImmutableArray<ConfigurationPlace> Overrides);

public sealed record ConfigurationPlace(string Place, string Value);

/// <summary>
/// The one rule of precedence, weakest first: `run.env` of headway.yaml, `env` of the environment there, `config/SERVICE.yaml` of the state repo,
/// `config/SERVICE/ENVIRONMENT.yaml` there.
/// </summary>
public static class ConfigurationLayers
{
    public static string ForAll(string service) => $"config/{service}.yaml";

    public static string ForOne(string service, string environment) => $"config/{service}/{environment}.yaml";

    /// <param name="spec">As it stands in headway.yaml, without what the state repo sets.</param>
    public static ImmutableArray<ConfigurationLayer> Of(
        ServiceSpec spec, string environment, ImmutableSortedDictionary<string, string> forAll, ImmutableSortedDictionary<string, string> forOne) =>
    [
        new("headway.yaml, run.env", spec.Run.Variables),
        new($"headway.yaml, env of {environment}", spec.Environments.FirstOrDefault(each => each.Name == environment)?.Variables ?? ConfigurationVersion.Nothing),
        new(ForAll(spec.Service), forAll), new(ForOne(spec.Service, environment), forOne),
    ];

    public static ImmutableArray<ConfigurationEntry> Entries(ImmutableArray<ConfigurationLayer> layers) =>
    [
        .. layers.SelectMany(layer => layer.Values.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(key =>
        {
            var set = layers.Where(layer => layer.Values.ContainsKey(key)).Reverse().Select(layer => new ConfigurationPlace(layer.Place, layer.Values[key])).ToList();
            return new ConfigurationEntry(key, set[0].Value, set[0].Place, [.. set.Skip(1)]);
        }),
    ];

    /// <summary>
    /// Keys that the environment before sets for itself and that this one has from nowhere: what works there would miss them here.
    /// </summary>
    /// <param name="own">What the environment before sets for itself: the second and the fourth layer.</param>
    /// <param name="here">All that this one has, secrets too.</param>
    public static ImmutableArray<string> Missing(IEnumerable<string> own, IEnumerable<string> here, ImmutableArray<string> without) =>
        [.. own.Except(here, StringComparer.Ordinal).Except(without, StringComparer.Ordinal).Distinct().Order(StringComparer.Ordinal)];
}

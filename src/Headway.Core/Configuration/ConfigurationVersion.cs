using System.Collections.Immutable;
using Headway.Core.Releases;

namespace Headway.Core.Configuration;

/// <summary>
/// What the state repo sets of a service's environment variables, as a whole, at one time. It never changes: another file makes another
/// version, so that the one before can be brought back byte for byte.
/// </summary>
/// <param name="Number">1, 2, 3 ... within the service.</param>
/// <param name="Environments">Names and values by environment; an environment for which nothing is set is not there.</param>
/// <param name="Since">In which version each environment became as it is: a change of staging is none of production.</param>
public sealed record ConfigurationVersion(
    int Number, ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>> Environments,
    ImmutableSortedDictionary<string, int> Since)
{
    public static readonly ImmutableSortedDictionary<string, string> Nothing = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<string, string> Of(string environment) => Environments.GetValueOrDefault(environment) ?? Nothing;

    /// <summary>Null when nothing has changed.</summary>
    /// <param name="wanted">By environment, those with nothing too.</param>
    public static ConfigurationVersion? Next(
        ConfigurationVersion? before, IReadOnlyDictionary<string, ImmutableSortedDictionary<string, string>> wanted)
    {
        var number = (before?.Number ?? 0) + 1;
        var changed = wanted.Where(each => !Same(each.Value, before?.Of(each.Key) ?? Nothing)).Select(each => each.Key).ToList();
        if (changed.Count == 0) return null;
        return new(number,
            wanted.Where(each => each.Value.Count > 0).ToImmutableSortedDictionary(each => each.Key, each => each.Value, StringComparer.Ordinal),
            (before?.Since ?? ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal))
                .SetItems(changed.Select(environment => KeyValuePair.Create(environment, number))));
    }

    /// <summary>The release with this configuration: the same artifact, other variables.</summary>
    public Release Apply(Release release) => release with
    {
        Id = $"{release.Base}.c{Number}", Revision = Number,
        Spec = release.Spec with
        {
            Environments = [.. release.Spec.Environments.Select(each => each with { Variables = each.Variables.SetItems(Of(each.Name)) })],
        },
    };

    private static bool Same(ImmutableSortedDictionary<string, string> one, ImmutableSortedDictionary<string, string> other) =>
        one.Count == other.Count && one.All(each => other.TryGetValue(each.Key, out var value) && value == each.Value);
}

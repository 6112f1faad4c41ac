using System.Collections.Immutable;
using Headway.Core.Configuration;
using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Core.Waiting;
using Headway.Server.Journal;
using Headway.Server.Secrets;
using Headway.Server.Specs;

namespace Headway.Server.Configuration;

/// <param name="Version">Number of the configuration that holds here; 0 where headway.yaml says all.</param>
/// <param name="Missing">What the environment before sets for itself and this one lacks.</param>
public sealed record EnvironmentConfiguration(
    string Environment, int Version, ImmutableArray<ConfigurationEntry> Entries, ImmutableArray<string> Missing);

/// <param name="Release">With whose headway.yaml; null before the first.</param>
public sealed record ConfigurationView(
    string Service, string? Release, ImmutableArray<EnvironmentConfiguration> Environments, ImmutableArray<SpecProblem> Problems);

/// <summary>Says how services are configured and why, and keeps a release out that would miss what it had in the environment before.</summary>
public sealed class ConfigurationDesk(Ledger ledger, ConfigurationFiles files)
{
    public ConfigurationView? Of(string service) => ledger.Service(service) is not { } view ? null : new(service, view.Newest?.Id,
        view.Newest is not { } newest ? [] : [.. view.Environments.Select(each => Of(newest, each.Name))], files.Problems(service));

    public Wait? Gate(Release release, string environment)
    {
        if (Before(release, environment) is not { } before || Missing(release, environment, before) is not { IsEmpty: false } missing) return null;
        var (keys, is1) = (string.Join(", ", missing), missing.Length == 1);
        return new(WaitKind.Configuration, $"{release.Service}/{environment}", $"{before} sets {keys}, and {environment} does not: {release.Id} would miss {(is1 ? "it" : "them")} here.",
            $"`headway config set {release.Service} {missing[0]}=... --environment {environment}`, or `without: [{keys}]` in {environment} of headway.yaml.", null, null);
    }

    /// <summary>A release without what the state repo sets, with the layers that make up its variables.</summary>
    public ImmutableArray<ConfigurationLayer> Layers(Release release, string environment) => ConfigurationLayers.Of(
        (ledger.Release(release.Base) ?? release).Spec, environment, files.ForAll(release.Service), files.ForOne(release.Service, environment));

    private EnvironmentConfiguration Of(Release release, string environment)
    {
        var secrets = SecretUses.Of(release.Spec, environment)
            .Select(use => new ConfigurationEntry(use.Variable, null, "headway.yaml, secrets", []));
        return new(environment, ledger.Configuration(release.Service)?.Since.GetValueOrDefault(environment) ?? 0,
            [.. ConfigurationLayers.Entries(Layers(release, environment)).Concat(secrets).OrderBy(entry => entry.Key, StringComparer.Ordinal)],
            Before(release, environment) is { } before ? Missing(release, environment, before) : []);
    }

    private ImmutableArray<string> Missing(Release release, string environment, string before)
    {
        var there = Layers(release, before);
        var own = there[1].Values.Keys.Concat(there[3].Values.Keys).Concat(SecretUses.Of(release.Spec, before).Select(use => use.Variable)
            .Except(release.Spec.Run.Secrets.IsDefault ? [] : release.Spec.Run.Secrets.Select(use => use.Variable)));
        var here = Layers(release, environment).SelectMany(layer => layer.Values.Keys).Concat(SecretUses.Of(release.Spec, environment).Select(use => use.Variable));
        return ConfigurationLayers.Missing(own, here, Spec(release, environment)?.Without is { IsDefault: false } without ? without : []);
    }

    private static string? Before(Release release, string environment) =>
        PromotionOrder.Before(release.Spec.Environments, environment) is [var first, ..] ? first : null;

    private static EnvironmentSpec? Spec(Release release, string environment) => release.Spec.Environments.FirstOrDefault(each => each.Name == environment);
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Pipelines;
using Headway.Core.Provisioning;
using Headway.Core.Releases;
using Headway.Server.Pipelines;
using Headway.Server.Sources;

namespace Headway.Server.Provisioning;

/// <summary>Runs about what environments consist of, and what tells two descriptions of one apart.</summary>
public sealed class ProvisionRuns(RunBook runs, ServiceBook services, SourceMirrors mirrors)
{
    private readonly ConcurrentDictionary<string, string> _keys = new(StringComparer.Ordinal);

    public ProvisionState Of(string service, string environment) => new(runs.Provisioning(service, environment));

    /// <summary>Null where the release describes nothing of the environment, or its files have not been looked at yet.</summary>
    public ProvisionWish? WishOf(Release release, string environment) => SpecOf(release, environment) is { } spec && KeyOf(release, environment, spec) is { } key
        ? new(release.Id, key, spec) : null;

    public static ProvisionSpec? SpecOf(Release release, string environment) => release.Spec.Environments.FirstOrDefault(each => each.Name == environment)?.Provision;

    /// <exception cref="GitFailedException">The files cannot be listed.</exception>
    public async Task LookAsync(Release release, string environment, CancellationToken stop)
    {
        if (SpecOf(release, environment) is not { Paths.IsDefaultOrEmpty: false } spec || _keys.ContainsKey(NameOf(release, environment))) return;
        if (services.Find(release.Service) is not { } service) return;
        var files = await mirrors.Of(service.Source, service.Branch).FilesAsync(release.Commit.Sha, stop);
        var digest = FileSet.DigestOf([.. files.Where(file => PathPattern.AnyMatches(spec.Paths, file.Path))]);
        _keys[NameOf(release, environment)] = Digest(spec, digest);
    }

    public Task<RunState> StartAsync(Release release, string environment, (ProvisionAct Act, string Why) what, string actor, CancellationToken stop)
    {
        var wish = WishOf(release, environment) ?? throw new InvalidOperationException($"{release.Id} does not describe {environment}.");
        var about = new Provisioned(release.Base, environment, what.Act, wish.Key, Of(release.Service, environment).Runs.Length + 1) { Why = what.Why };
        var told = new Dictionary<string, string> { ["HEADWAY_RELEASE"] = release.Base, ["HEADWAY_ENVIRONMENT"] = environment };
        var jobs = wish.Spec.JobsOf(what.Act).Select(job => job with { Variables = job.Variables.SetItems(told) });
        return runs.ProvisionAsync(release, release.Spec with { Jobs = [.. jobs] },
            new(TriggerKind.Provision, services.Find(release.Service)?.Branch ?? "") { Provisions = about }, actor, stop);
    }

    private string? KeyOf(Release release, string environment, ProvisionSpec spec) => !spec.Paths.IsDefaultOrEmpty
        ? _keys.GetValueOrDefault(NameOf(release, environment)) : _keys.GetOrAdd(NameOf(release, environment), _ => Digest(spec, release.Commit.Sha));

    private static string NameOf(Release release, string environment) => $"{release.Base}/{environment}";

    /// <summary>How often it is looked at says nothing about what is there.</summary>
    private static string Digest(ProvisionSpec spec, string files)
    {
        var text = JsonSerializer.Serialize(new { Spec = spec with { CheckEvery = default }, Files = files }, Wire.Json);
        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }
}

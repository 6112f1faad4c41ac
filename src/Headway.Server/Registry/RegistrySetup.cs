using Headway.Server.Artifacts;
using Headway.Server.Journal;
using Headway.Server.Registry.Collecting;
using Headway.Server.Registry.Http;
using Headway.Server.Registry.Index;
using Headway.Server.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Registry;

/// <summary>The registry in the table of contents.</summary>
public static class RegistrySetup
{
    /// <summary>Needs storage, artifacts and the record among the services.</summary>
    public static IServiceCollection AddRegistry(this IServiceCollection services, RegistryLimits? limits = null)
    {
        services.AddSingleton(limits ?? new());
        services.AddSingleton(provider => RegistryIndex.Open(
            Path.Combine(provider.GetRequiredService<StorageOptions>().DataFolder, "registry")));
        services.AddSingleton<IMemoryPoolFactory<byte>, NetworkBlocks>().AddSingleton<BlobChecks>();
        services.AddSingleton<RegistryRecord>().AddSingleton<KnownRules>().AddSingleton<InUse>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<RegistryWorld>(provider) with
        {
            Limits = provider.GetRequiredService<RegistryLimits>(),
        });
        services.AddSingleton<RegistryBlobs>().AddSingleton<RegistryManifests>().AddSingleton<RegistryDeletions>();
        services.AddSingleton(provider => ReleasesAndRuns(provider.GetRequiredService<Ledger>()));
        services.AddSingleton<Collection>().AddSingleton<RegistryShowing>().AddHostedService<RegistryUpkeep>();
        return services.AddSingleton<Uploads>().AddSingleton<RegistryStore>();
    }

    /// <summary>Artifacts of releases, what jobs wrote, and what was added to releases since.</summary>
    private static BlobKeeper ReleasesAndRuns(Ledger ledger) => new("releases and runs", () =>
        ledger.Releases.Select(release => release.ArtifactDigest).Concat(ledger.Runs.SelectMany(run => run.Jobs)
            .SelectMany(job => job.Results.Select(result => result.Digest).Append(job.Digest ?? ""))).Concat(ledger.Added));
}

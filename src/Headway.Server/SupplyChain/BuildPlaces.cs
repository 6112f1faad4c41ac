using System.Reflection;
using Headway.Core.Pipelines;
using Headway.Core.SupplyChain;
using Headway.Server.Artifacts;
using Headway.Server.Sources;

namespace Headway.Server.SupplyChain;

/// <summary>Where runs build: the source as it is registered, this server, this version.</summary>
public sealed class BuildPlaces(ServiceBook services, ArtifactSigner signer)
{
    public static readonly string Version = typeof(BuildPlaces).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    public BuildPlace Of(RunState run)
    {
        var service = services.Find(run.Service);
        return new(WithoutPassword(service?.Source ?? ""), service?.SpecPath ?? "", signer.Key, Version);
    }

    /// <summary>What is signed is shown to everybody.</summary>
    public static string WithoutPassword(string source) =>
        Uri.TryCreate(source, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0
            ? new UriBuilder(uri) { UserName = "", Password = "" }.Uri.ToString() : source;
}

using Headway.Server.Secrets.Keys;
using Headway.Server.Secrets.Outside;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Secrets;

/// <summary>Secrets in the table of contents. The key is opened before, so that a wrong one ends the start.</summary>
public static class SecretsSetup
{
    public static IServiceCollection AddSecrets(this IServiceCollection services, IKeyWrap keys)
    {
        services.AddSingleton(new Envelope(keys)).AddSingleton<SecretStore>().AddSingleton<SecretValues>();
        services.AddSingleton<SecretHandOut>().AddSingleton<SecretMasks>().AddSingleton<SecretStatus>().AddSingleton<SecretRestarts>();
        services.AddSingleton<KeyRotation>().AddSingleton<VaultApi>().AddSingleton<VaultSecrets>();
        services.AddSingleton(s => new SecretDrivers(
            [new FileSecrets(), new EnvironmentSecrets(), s.GetRequiredService<VaultSecrets>()],
            s.GetRequiredService<TimeProvider>()));
        return services;
    }
}

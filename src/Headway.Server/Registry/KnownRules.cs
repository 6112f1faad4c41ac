using System.Text.Json;
using Headway.Core;
using Headway.Core.Registry;
using Headway.Server.Storage;

namespace Headway.Server.Registry;

/// <summary>The rules of people for repositories: one row of the store, changed as a whole.</summary>
public sealed class KnownRules(IEventStore store)
{
    private const string Kind = "registry";
    private const string Key = "rules";
    private volatile Held held = new(RegistryRules.None, 0);

    public RegistryRules Now => held.Rules;

    public async Task LoadAsync(CancellationToken stop)
    {
        if (await store.ReadRowAsync(Kind, Key, stop) is { } row)
            held = new(JsonSerializer.Deserialize<RegistryRules>(row.Value, Wire.Json)!, row.Version);
    }

    /// <summary>Null when kept, or why they are no good rules.</summary>
    public async Task<string?> KeepAsync(RegistryRules rules, CancellationToken stop)
    {
        if (rules.WhyRefused() is { } says) return says;
        var before = held;
        await store.WriteRowAsync(
            Kind, Key, before.Version, JsonSerializer.SerializeToUtf8Bytes(rules, Wire.Json), stop);
        held = new(rules, before.Version + 1);
        return null;
    }

    private sealed record Held(RegistryRules Rules, long Version);
}

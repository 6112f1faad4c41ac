using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Headway.Core;
using Headway.Server.Storage;
using Microsoft.Extensions.Hosting;

namespace Headway.Server.Sources.Hooks;

/// <summary>All hooks: rows of the store, and in memory.</summary>
public sealed class HookBook(IEventStore store, HookSecrets secrets, TimeProvider time) : IHostedService
{
    public const int Most = 1000;
    private const string Rows = "hook";
    private readonly ConcurrentDictionary<string, (Hook Hook, long Version)> hooks = new(StringComparer.Ordinal);

    public IEnumerable<Hook> All => hooks.Values.Select(each => each.Hook)
        .OrderBy(hook => hook.Service, StringComparer.Ordinal).ThenBy(hook => hook.CreatedAt);

    public Hook? Find(HookHost host, string id) =>
        hooks.TryGetValue(id, out var found) && found.Hook.Host == host ? found.Hook : null;

    /// <summary>Null when there are too many already.</summary>
    public async Task<HookMade?> CreateAsync(string service, HookHost host, CancellationToken stop)
    {
        if (hooks.Count >= Most) return null;
        var hook = new Hook(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)), service, host,
            Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)), time.GetUtcNow());
        await store.WriteRowAsync(Rows, hook.Id, 0, JsonSerializer.SerializeToUtf8Bytes(hook, Wire.Json), stop);
        hooks[hook.Id] = (hook, 1);
        return new(hook.Id, service, host, hook.Path, secrets.TextOf(hook));
    }

    /// <summary>False when there is no such hook.</summary>
    public async Task<bool> RemoveAsync(string id, CancellationToken stop)
    {
        if (!hooks.TryRemove(id, out var gone)) return false;
        await store.DeleteRowAsync(Rows, id, gone.Version, stop);
        return true;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var row in await store.ReadRowsAsync(Rows, cancellationToken))
            if (JsonSerializer.Deserialize<Hook>(row.Value, Wire.Json) is { } hook) hooks[hook.Id] = (hook, row.Version);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

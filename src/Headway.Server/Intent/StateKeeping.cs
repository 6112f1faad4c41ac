using System.Text.Json;
using Headway.Core;
using Headway.Server.Storage;

namespace Headway.Server.Intent;

/// <summary>Where the state repo is kept, here alone or elsewhere too: a row of the store.</summary>
public sealed class StateKeeping(StateRepo repo, Wishes wishes, IEventStore store)
{
    private const string Kind = "intent", Key = "remote";
    private readonly SemaphoreSlim _alone = new(1);
    private long _version;

    public StateRepo Repo => repo;

    /// <summary>Before anything else asks the state repo.</summary>
    public async Task OpenAsync(CancellationToken stop)
    {
        await wishes.LoadAsync(stop);
        var row = await store.ReadRowAsync(Kind, Key, stop);
        _version = row?.Version ?? 0;
        await repo.OpenAsync(
            wishes.All.Seen, row is null ? null : JsonSerializer.Deserialize<RemoteSetting?>(row.Value, Wire.Json), stop);
    }

    /// <param name="remote">Null: here alone.</param>
    public async Task KeepAtAsync(RemoteSetting? remote, CancellationToken stop)
    {
        await WriteAsync(remote, stop);
        await repo.KeepAtAsync(remote, stop);
    }

    public async Task<ForeignCommits?> LookAsync(CancellationToken stop)
    {
        var before = repo.Remote;
        var foreign = await repo.LookAsync(stop);
        if (repo.Remote is { IsJoined: true } joined && before is { IsJoined: false }) await WriteAsync(joined, stop);
        return foreign;
    }

    private async Task WriteAsync(RemoteSetting? remote, CancellationToken stop)
    {
        await _alone.WaitAsync(stop);
        try
        {
            await store.WriteRowAsync(Kind, Key, _version, JsonSerializer.SerializeToUtf8Bytes(remote, Wire.Json), stop);
            _version++;
        }
        finally
        {
            _alone.Release();
        }
    }
}

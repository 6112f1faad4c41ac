using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Rollouts;
using Headway.Core.Secrets;
using Headway.Server.Secrets.Keys;
using Headway.Server.Storage;

namespace Headway.Server.Secrets;

/// <summary>A change that cannot be made, as a sentence.</summary>
/// <param name="status">As in HTTP: 400, 404 or 409.</param>
public sealed class SecretRefusedException(int status, string says) : Exception(says)
{
    public int Status => status;
}

/// <summary>
/// All secrets: rows of the event store with sealed values, and a stream for each of what happened to it. Rows are read
/// once; this is the only writer.
/// </summary>
public sealed class SecretStore(IEventStore store, Envelope envelope, TimeProvider time) : IDisposable
{
    public const int Most = 1000;

    private const string Kind = "secret";
    private readonly ConcurrentDictionary<string, (SecretRow Row, long Version)> rows = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim alone = new(1, 1);

    public IEnumerable<SecretRow> All =>
        rows.Values.Select(held => held.Row).OrderBy(row => row.Name, StringComparer.Ordinal);

    /// <summary>Rises with every change, so that what was made of values knows when it is old.</summary>
    public long Generation { get; private set; }

    public SecretRow? Find(string name) => rows.TryGetValue(name, out var held) ? held.Row : null;

    public async Task LoadAsync(CancellationToken stop)
    {
        foreach (var row in await store.ReadRowsAsync(Kind, stop))
            rows[row.Key] = (JsonSerializer.Deserialize<SecretRow>(row.Value, Wire.Json)!, row.Version);
    }

    /// <summary>Opens a version. For a secret that is read elsewhere see <see cref="SecretValues"/>.</summary>
    public byte[] Open(SecretRow row, KeptVersion kept) => envelope.Open(kept.Value!, row.About(kept.Number));

    /// <summary>A new version, and a new secret when there is none of that name.</summary>
    public async Task<SecretRow> SetAsync(string name, NewVersion wanted, string actor, CancellationToken stop)
    {
        if (!SecretName.IsName(name)) throw new SecretRefusedException(400, $"`{name}` is no name of a secret: {SecretName.Says}.");
        if (wanted.Value is { } value && SecretValue.WhyRefused(value) is { } says) throw new SecretRefusedException(400, says);
        return await ChangeAsync(name, actor, old =>
        {
            if (old is null && rows.Count >= Most) throw new SecretRefusedException(409, $"There are {Most} secrets already.");
            var scope = wanted.Scope ?? old?.Scope ?? throw new SecretRefusedException(400,
                $"`{name}` is new: say who is given it, with --service and with --environment or --jobs.");
            if (scope.WhyRefused() is { } wrong) throw new SecretRefusedException(400, wrong);
            var row = Scoped(old, scope) ?? new(name, scope, SecretVersions.None, []);
            var versions = wanted.AsNext ? row.Versions.SetNext() : row.Versions.Set();
            var made = new KeptVersion(versions.Highest, null, wanted.Outside, time.GetUtcNow(), actor, wanted.ExpiresAt);
            if (wanted.Value is { } given) made = made with { Value = envelope.Seal(given, row.About(made.Number)) };
            return (Living(row with { Versions = versions, Kept = row.Kept.Add(made) }), [
                new SecretEvent.Set(made.Number, wanted.AsNext, scope, wanted.ExpiresAt, wanted.Outside)]);
        }, stop);
    }

    public Task<SecretRow> PromoteAsync(string name, string actor, CancellationToken stop) =>
        MoveAsync(name, actor, versions => versions.Promote(), now => new SecretEvent.Promoted(now),
            "it has no next version: `headway secrets set --next` makes one", stop);

    public Task<SecretRow> RollBackAsync(string name, string actor, CancellationToken stop) =>
        MoveAsync(name, actor, versions => versions.RollBack(), now => new SecretEvent.RolledBack(now),
            "it has no previous version any more", stop);

    /// <summary>Destroys the value of the previous version.</summary>
    public Task<SecretRow> RetireAsync(string name, string actor, CancellationToken stop) =>
        MoveAsync(name, actor, versions => versions.Retire(), null, "it has no previous version", stop);

    public Task<SecretRow> ScopeAsync(string name, SecretScope scope, string actor, CancellationToken stop) =>
        ChangeAsync(name, actor, old =>
        {
            if (scope.WhyRefused() is { } wrong) throw new SecretRefusedException(400, wrong);
            return (Scoped(old ?? throw Unknown(name), scope)!, [new SecretEvent.ScopeChanged(scope)]);
        }, stop);

    public async Task DeleteAsync(string name, string actor, CancellationToken stop)
    {
        await alone.WaitAsync(stop);
        try
        {
            if (!rows.TryGetValue(name, out var held)) throw Unknown(name);
            await AppendAsync(name, actor, [new SecretEvent.Deleted()], stop);
            await store.DeleteRowAsync(Kind, name, held.Version, stop);
            rows.TryRemove(name, out _);
            Generation++;
        }
        finally
        {
            alone.Release();
        }
    }

    /// <summary>Every value under the newest key; how many secrets there are.</summary>
    public async Task<int> RewrapAsync(string actor, CancellationToken stop)
    {
        foreach (var name in await NamesAsync(stop))
            if (rows.ContainsKey(name))
                await ChangeAsync(name, actor, old => (old! with
                {
                    Kept = [.. old.Kept.Select(kept => kept.Value is { } value ? kept with { Value = envelope.Rewrap(value) } : kept)],
                }, [new SecretEvent.Rewrapped(envelope.Keys.Current)]), stop);
        return rows.Count;
    }

    /// <summary>In turn: a secret that is on its way to the disk under the old key is not overlooked.</summary>
    private async Task<List<string>> NamesAsync(CancellationToken stop)
    {
        await alone.WaitAsync(stop);
        try
        {
            return [.. rows.Keys.Order(StringComparer.Ordinal)];
        }
        finally
        {
            alone.Release();
        }
    }

    /// <summary>Notes who was given what, before it is given; several secrets in one transaction.</summary>
    public async Task NoteAsync(IEnumerable<(string Secret, SecretEvent Event)> happened, string actor, CancellationToken stop)
    {
        await alone.WaitAsync(stop);
        try
        {
            var writes = ImmutableArray.CreateBuilder<StreamWrite>();
            foreach (var same in happened.GroupBy(each => each.Secret))
                writes.Add(EventStreams.Write<SecretEvent>(SecretEvent.StreamOf(same.Key), await HeadAsync(same.Key, stop), actor,
                    [.. same.Select(each => each.Event)]));
            if (writes.Count > 0) await store.AppendAsync(writes.ToImmutable(), stop);
        }
        finally
        {
            alone.Release();
        }
    }

    public Task<ImmutableArray<Recorded<SecretEvent>>> HistoryAsync(string name, CancellationToken stop) =>
        store.LoadAsync<SecretEvent>(SecretEvent.StreamOf(name), stop);

    public void Dispose() => alone.Dispose();

    private Task<SecretRow> MoveAsync(string name, string actor, Func<SecretVersions, SecretVersions?> move,
        Func<int, SecretEvent>? happened, string cannot, CancellationToken stop) => ChangeAsync(name, actor, old =>
    {
        if (old is null) throw Unknown(name);
        var next = move(old.Versions) ?? throw new SecretRefusedException(409, $"`{name}`: {cannot}.");
        return (Living(old with { Versions = next }), happened is null ? [] : [happened(next.Current!.Value)]);
    }, stop);

    /// <summary>Only versions that have a place keep their values.</summary>
    private static SecretRow Living(SecretRow row) =>
        row with { Kept = [.. row.Kept.Where(kept => row.Versions.Live.Contains(kept.Number))] };

    /// <summary>Values are sealed to their scope, so another scope seals them anew.</summary>
    private SecretRow? Scoped(SecretRow? row, SecretScope scope)
    {
        if (row is null || row.Scope.Canonical == scope.Canonical) return row;
        var next = row with { Scope = scope };
        return next with
        {
            Kept = [.. row.Kept.Select(kept => kept.Value is null ? kept
                : kept with { Value = envelope.Seal(Open(row, kept), next.About(kept.Number)) })],
        };
    }

    private async Task<SecretRow> ChangeAsync(string name, string actor,
        Func<SecretRow?, (SecretRow Next, ImmutableArray<SecretEvent> Happened)> change, CancellationToken stop)
    {
        await alone.WaitAsync(stop);
        try
        {
            var (row, version) = rows.TryGetValue(name, out var held) ? held : (null, 0);
            var (next, happened) = change(row);
            var gone = (row?.Kept ?? []).Where(kept => next.Version(kept.Number) is null)
                .Select(kept => (SecretEvent)new SecretEvent.Retired(kept.Number));
            await store.WriteRowAsync(Kind, name, version, JsonSerializer.SerializeToUtf8Bytes(next, Wire.Json), stop);
            rows[name] = (next, version + 1);
            Generation++;
            await AppendAsync(name, actor, [.. happened, .. gone], stop);
            return next;
        }
        finally
        {
            alone.Release();
        }
    }

    private async Task AppendAsync(string name, string actor, ImmutableArray<SecretEvent> happened, CancellationToken stop) =>
        await store.AppendAsync(SecretEvent.StreamOf(name), await HeadAsync(name, stop), actor, happened, stop);

    private async Task<long> HeadAsync(string name, CancellationToken stop) =>
        (await store.ReadHeadsAsync(SecretEvent.StreamOf(name), stop))
            .FirstOrDefault(head => head.Stream == SecretEvent.StreamOf(name))?.Version ?? 0;

    private SecretRefusedException Unknown(string name) => new(404, SecretName.Unknown(name, rows.Keys));
}

/// <param name="Value">What it is; null with <paramref name="Outside"/>.</param>
/// <param name="Scope">Null leaves the scope as it is.</param>
public sealed record NewVersion(
    byte[]? Value, bool AsNext, SecretScope? Scope, DateTimeOffset? ExpiresAt, SecretOutside? Outside);

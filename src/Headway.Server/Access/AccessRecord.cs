using Headway.Core.Access;
using Headway.Server.Storage;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Access;

/// <summary>
/// Keeps in the record who came in and who was turned away. No request fails for it, and whoever knocks all the time cannot fill the
/// disk: above a number a minute refusals are counted, and the next one that is recorded says how many they were.
/// </summary>
public sealed class AccessRecord(IEventStore store, TimeProvider time) : IDisposable
{
    private const string Refusals = "access/refusals", Logins = "access/logins", Trust = "access/trust";
    private const int MostAMinute = 30, Tries = 3, LongestPath = 200;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim _alone = new(1);
    private readonly Dictionary<string, long> _versions = [];
    private DateTimeOffset _began;
    private int _recorded, _unrecorded;

    public Task TokenAsync(string id, string actor, AccessEvent happened, CancellationToken stop) => AppendAsync($"access/token/{id}", actor, happened, stop);

    public Task TrustChangedAsync(string what, string? says, string actor, CancellationToken stop) =>
        AppendAsync(Trust, actor, new AccessEvent.TrustChanged(what, says), stop);

    public Task LoggedInAsync(Principal who, string how, CancellationToken stop) =>
        AppendAsync(Logins, who.Name, new AccessEvent.LoggedIn(who.Name, how, who.Groups), stop);

    public async Task RefusedAsync(HttpContext context, string? name, string why)
    {
        int unrecorded;
        lock (_versions)
        {
            var now = time.GetUtcNow();
            if (now - _began >= Minute) (_began, _recorded) = (now, 0);
            if (_recorded >= MostAMinute)
            {
                _unrecorded++;
                return;
            }
            _recorded++;
            (unrecorded, _unrecorded) = (_unrecorded, 0);
        }
        // Not the query: a secret may be in it.
        var path = context.Request.Path.Value ?? "";
        await AppendAsync(Refusals, name ?? "unknown", new AccessEvent.Refused(name, context.Request.Method,
            path.Length > LongestPath ? path[..LongestPath] : path, $"{context.Connection.RemoteIpAddress}", why, unrecorded), CancellationToken.None);
    }

    public void Dispose() => _alone.Dispose();

    private async Task AppendAsync(string stream, string actor, AccessEvent happened, CancellationToken stop)
    {
        await _alone.WaitAsync(stop);
        try
        {
            for (var attempt = 1; attempt <= Tries; attempt++)
                try
                {
                    if (!_versions.TryGetValue(stream, out var version))
                        version = (await store.ReadHeadsAsync(stream, stop)).FirstOrDefault(head => head.Stream == stream)?.Version ?? 0;
                    await store.AppendAsync([EventTypes.Known.Write(stream, version, actor, happened)], stop);
                    _versions[stream] = version + 1;
                    return;
                }
                catch (VersionConflictException)
                {
                    _versions.Remove(stream);
                }
        }
        catch (Exception e) when (e is StorageFullException or StorageFailedException)
        {
            // A full disk is said elsewhere, and nobody is kept out for it.
        }
        finally
        {
            _alone.Release();
        }
    }
}

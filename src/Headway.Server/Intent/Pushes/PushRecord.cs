using Headway.Core.Intent;
using Headway.Server.Storage;

namespace Headway.Server.Intent.Pushes;

/// <summary>Keeps in the record who has pushed what: the author of a commit is only what the commit says.</summary>
public sealed class PushRecord(IEventStore store)
{
    public async Task PushedAsync(string? from, string to, string by, CancellationToken stop)
    {
        try
        {
            await store.AppendAsync([EventTypes.Known.Write($"state/{to}", 0, by, new StateEvent.Pushed(from, to))], stop);
        }
        catch (VersionConflictException)
        {
            // The same commit came before, and was taken back since.
        }
    }

    public async Task KeptAtAsync(RemoteSetting? remote, string by, CancellationToken stop)
    {
        const string stream = "state/remote";
        var known = await store.LoadAsync<StateEvent>(stream, stop);
        var version = known.LastOrDefault().Version;
        await store.AppendAsync([EventTypes.Known.Write(stream, version, by, new StateEvent.KeptAt(remote?.Url, remote?.Branch))], stop);
    }
}

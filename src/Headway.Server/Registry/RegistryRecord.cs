using System.Collections.Concurrent;
using Headway.Core.Registry;
using Headway.Server.Storage;

namespace Headway.Server.Registry;

/// <summary>Writes down who changed what, in the stream of the repository, before it is done.</summary>
public sealed class RegistryRecord(IEventStore store)
{
    private const int Attempts = 10;
    private readonly ConcurrentDictionary<string, long> versions = new(StringComparer.Ordinal);

    public static string StreamOf(string repository) => $"registry/{repository}";

    public async Task NoteAsync(string repository, RegistryEvent happened, string actor, CancellationToken stop)
    {
        var stream = StreamOf(repository);
        for (var attempt = 1; ; attempt++)
        {
            if (!versions.TryGetValue(stream, out var version)) version = await VersionAsync(stream, stop);
            try
            {
                await store.AppendAsync([EventTypes.Known.Write(stream, version, actor, happened)], stop);
                versions[stream] = version + 1;
                return;
            }
            catch (Exception e) when (attempt < Attempts
                && e is VersionConflictException or AppendOutcomeUnknownException)
            {
                // These are notes, not decisions: whoever else wrote one does not change what this one says.
                versions.TryRemove(stream, out _);
            }
        }
    }

    private async Task<long> VersionAsync(string stream, CancellationToken stop)
    {
        foreach (var head in await store.ReadHeadsAsync(stream, stop))
            if (head.Stream == stream) return head.Version;
        return 0;
    }
}

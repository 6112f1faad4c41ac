using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Server.Storage;

namespace Headway.Server.Sources;

/// <summary>The services that are watched, as their streams tell; the only writer of those streams.</summary>
public sealed class ServiceBook(IEventStore store)
{
    private const string Actor = "source";
    private readonly ConcurrentDictionary<string, WatchedService> _services = new(StringComparer.Ordinal);

    public IEnumerable<WatchedService> All => _services.Values.OrderBy(service => service.Name, StringComparer.Ordinal);

    public WatchedService? Find(string name) => _services.GetValueOrDefault(name);

    public async Task LoadAsync(CancellationToken stop)
    {
        foreach (var head in await store.ReadHeadsAsync("service/", stop))
            Fold(head.Stream["service/".Length..], await store.LoadAsync<ServiceEvent>(head.Stream, stop));
    }

    public async Task<WatchedService> RegisterAsync(
        ServiceEvent.Registered happened, string actor, CancellationToken stop)
    {
        var expected = Find(happened.Service)?.Version ?? 0;
        Fold(happened.Service, await store.AppendAsync<ServiceEvent>(
            WatchedService.StreamOf(happened.Service), expected, actor, [happened], stop));
        return _services[happened.Service];
    }

    public async Task AppendAsync(string service, ImmutableArray<ServiceEvent> happened, CancellationToken stop) =>
        Fold(service, await store.AppendAsync(
            WatchedService.StreamOf(service), _services[service].Version, Actor, happened, stop));

    /// <summary>The watcher may write at the same time; then the link is made after it.</summary>
    public async Task<WatchedService> LinkAsync(string service, ServiceEvent.HostLinked link, string actor, CancellationToken stop)
    {
        for (var left = 5; ; left--)
            try
            {
                Fold(service, await store.AppendAsync<ServiceEvent>(
                    WatchedService.StreamOf(service), _services[service].Version, actor, [link], stop));
                return _services[service];
            }
            catch (VersionConflictException) when (left > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), stop);
            }
    }

    /// <summary>This service's part of a larger append; what came of it is told to <see cref="Fold"/>.</summary>
    public StreamWrite Write(string service, ImmutableArray<ServiceEvent> happened) =>
        EventStreams.Write(WatchedService.StreamOf(service), _services[service].Version, Actor, happened);

    public void Fold(string service, IEnumerable<Recorded<ServiceEvent>> events)
    {
        foreach (var recorded in events)
            if (WatchedService.Evolve(Find(service), recorded) is { } next) _services[service] = next;
    }
}

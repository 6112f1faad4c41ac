using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Rollouts;
using Headway.Core.TestResults;
using Headway.Server.Storage;

namespace Headway.Server.TestResults.Keeping;

/// <summary>Quarantines that people placed, as the streams `tests/SERVICE` tell; the only writer of those streams.</summary>
public sealed class QuarantineBook(IEventStore store, TimeProvider time) : IDisposable
{
    private const string Prefix = "tests/";
    private readonly ConcurrentDictionary<string, Known> _services = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _alone = new(1);

    public DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    public async Task LoadAsync(CancellationToken stop)
    {
        foreach (var head in await store.ReadHeadsAsync(Prefix, stop))
            Fold(head.Stream[Prefix.Length..], await store.LoadAsync<TestEvent>(head.Stream, stop));
    }

    public ImmutableArray<Quarantine> Of(string service) => (_services.GetValueOrDefault(service) ?? Known.Nothing).All;

    /// <summary>A sentence when it is refused, else null. A second one for a test takes the place of the first.</summary>
    public async Task<string?> PlaceAsync(string service, Quarantine quarantine, string actor, CancellationToken stop)
    {
        if (quarantine.Refused(Today) is { } refused) return refused;
        return await ChangeAsync(service, actor, known =>
            known.All.Count(each => each.Test != quarantine.Test && each.HoldsOn(Today)) >= Quarantine.MostOfService
                ? ($"{service} has {Quarantine.MostOfService} tests in quarantine: repair some first.", null)
                : (null, new TestEvent.Quarantined(quarantine)), stop);
    }

    public Task<string?> LiftAsync(string service, string test, string why, string actor, CancellationToken stop) =>
        ChangeAsync(service, actor, known => known.All.Any(each => each.Test == test)
            ? (null, new TestEvent.QuarantineLifted(test, why))
            : ($"{test} is not in quarantine by hand; one in headway.yaml is lifted there.", null), stop);

    public void Dispose() => _alone.Dispose();

    private async Task<string?> ChangeAsync(
        string service, string actor, Func<Known, (string? Refused, TestEvent? Event)> decide, CancellationToken stop)
    {
        await _alone.WaitAsync(stop);
        try
        {
            var known = _services.GetValueOrDefault(service) ?? Known.Nothing;
            var (refused, happened) = decide(known);
            if (happened is null) return refused;
            Fold(service, await store.AppendAsync<TestEvent>(
                TestEvent.StreamOf(service), known.Version, actor, [happened], stop));
            return null;
        }
        finally
        {
            _alone.Release();
        }
    }

    private void Fold(string service, IEnumerable<Recorded<TestEvent>> events)
    {
        foreach (var recorded in events)
        {
            var known = _services.GetValueOrDefault(service) ?? Known.Nothing;
            _services[service] = recorded.Event switch
            {
                TestEvent.Quarantined e => new(recorded.Version,
                    [.. known.All.Where(each => each.Test != e.Quarantine.Test).TakeLast(Quarantine.MostOfService * 2),
                        e.Quarantine with { By = $"{recorded.Actor}, {recorded.At:yyyy-MM-dd}" }]),
                TestEvent.QuarantineLifted e =>
                    new(recorded.Version, [.. known.All.Where(each => each.Test != e.Test)]),
                var e => throw new InvalidOperationException($"{e.GetType().Name} is not an event of tests."),
            };
        }
    }

    private sealed record Known(long Version, ImmutableArray<Quarantine> All)
    {
        public static readonly Known Nothing = new(0, []);
    }
}

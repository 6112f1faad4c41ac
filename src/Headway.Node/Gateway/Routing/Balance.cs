using System.Collections.Immutable;

namespace Headway.Node.Gateway.Routing;

/// <summary>Chooses among ready instances: the less busy of two at random, leaving out those ejected.</summary>
internal static class Balance
{
    public static Instance? Pick(ImmutableArray<Instance> ready, long now, Instance? not = null)
    {
        if (ready.Length == 0) return null;
        if (ready.Length == 1) return ready[0] == not ? null : ready[0];
        var first = ready[Random.Shared.Next(ready.Length)];
        var second = ready[Random.Shared.Next(ready.Length)];
        var better = second.Open < first.Open ? second : first;
        if (better != not && !better.Ejection.IsOut(now)) return better;
        return Any(ready, now, not);
    }

    /// <summary>The first from a random place that is in; the first at all when every one is out.</summary>
    private static Instance? Any(ImmutableArray<Instance> ready, long now, Instance? not)
    {
        var start = Random.Shared.Next(ready.Length);
        Instance? spare = null;
        for (var i = 0; i < ready.Length; i++)
        {
            var instance = ready[(start + i) % ready.Length];
            if (instance == not) continue;
            if (!instance.Ejection.IsOut(now)) return instance;
            spare ??= instance;
        }
        return spare;
    }

    /// <summary>Leaves out whoever fails far above its peers; never more than half, never the last.</summary>
    public static void Eject(ImmutableArray<Instance> ready, long now, long frequency, Action<Instance, TimeSpan> ejected)
    {
        var outside = ready.Count(instance => instance.Ejection.IsOut(now));
        foreach (var instance in ready)
        {
            if (instance.Ejection.IsOut(now)) continue;
            if ((outside + 1) * 2 > ready.Length) return;
            if (!instance.Ejection.RefusesConnections && !instance.Ejection.FailsFarAbove(RateOf(ready, instance))) continue;
            outside++;
            ejected(instance, instance.Ejection.Begin(now, frequency));
        }
    }

    private static double RateOf(ImmutableArray<Instance> ready, Instance but)
    {
        var (requests, failures) = (0.0, 0.0);
        foreach (var instance in ready)
        {
            if (instance == but) continue;
            requests += instance.Ejection.Requests;
            failures += instance.Ejection.Failures;
        }
        return requests < 1 ? 1 : failures / requests;
    }
}

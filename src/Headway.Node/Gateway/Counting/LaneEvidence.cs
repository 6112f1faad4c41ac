using Headway.Core.Evidence;
using Headway.Node.Gateway.Routing;

namespace Headway.Node.Gateway.Counting;

/// <summary>What a request asks for.</summary>
internal readonly record struct Asked(string Method, string Path);

/// <summary>The open ticks of one lane, and what is known of its clients.</summary>
internal sealed class LaneEvidence(TickClock clock, int mostClients)
{
    private readonly Queue<Tick> waiting = new();
    private readonly Lock gate = new();
    private readonly TickCount count = new(new ClientTable(mostClients));
    private volatile Tick? current;
    private double pastRequests, pastFailures;

    public RouteNames Routes { get; } = new();

    /// <summary>Share of stable's requests that failed, over about the last ten minutes.</summary>
    public double PastFailureRate => pastRequests < 1 ? 0 : pastFailures / pastRequests;

    /// <summary>Enters a request that starts now.</summary>
    public Ticket Begin(Stage stage, long now, in Client client, Side side, Instance? instance, in Asked asked)
    {
        var warm = instance is not null && instance.IsWarm(now);
        var name = Routes.Of(asked.Method, asked.Path);
        var number = clock.TickOf(now);
        var ticket = default(Ticket);
        while (!At(number, stage).TryBegin(client, side, instance, warm, name, ref ticket))
            number = Math.Max(number + 1, clock.TickOf(clock.Now));
        return ticket;
    }

    private Tick At(int number, Stage stage)
    {
        if (current is { } tick && tick.Number >= number && tick.Stage == (object)stage) return tick;
        lock (gate)
        {
            if (current is { } last)
            {
                if (last.Number >= number && last.Stage == (object)stage) return last;
                number = Math.Max(number, last.Number);
            }
            var next = new Tick(number, stage);
            waiting.Enqueue(next);
            return current = next;
        }
    }

    /// <summary>While a candidate is exposed a second without requests is evidence too: of no traffic.</summary>
    public void Follow(Stage stage)
    {
        if (stage.IsExposed) At(clock.TickOf(clock.Now), stage);
    }

    /// <summary>Closes the ticks whose delay is over, in order; all of them at the end of the process.</summary>
    public IEnumerable<EvidenceBatch> Close(long now, bool isEnd, Func<Tick, SideCounts, SideCounts?, EvidenceBatch> batch)
    {
        while (Due(now, isEnd) is { } tick)
        {
            var (stable, candidate, requests, failures) = count.Of(tick, Routes, isEnd);
            (pastRequests, pastFailures) = (pastRequests * 0.998 + requests, pastFailures * 0.998 + failures);
            if (stable.Requests == 0 && candidate is null) continue;
            yield return batch(tick, stable, candidate);
        }
    }

    private Tick? Due(long now, bool isEnd)
    {
        lock (gate)
        {
            if (!waiting.TryPeek(out var tick)) return null;
            if (!isEnd && now < clock.EndOf(tick.Number) + clock.Ticks(tick.Stage.Delay)) return null;
            if (current == tick) current = null;
            return waiting.Dequeue();
        }
    }
}

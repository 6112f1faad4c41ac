using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Node.Gateway.Counting;
using Headway.Node.Gateway.Routing;
using Microsoft.Extensions.Logging;

namespace Headway.Node.Gateway.Shadows;

/// <summary>
/// Where copies are sent from and answers are compared: sent as they come, compared one after another on one thread, so
/// that comparing never takes more than one core from users.
/// </summary>
/// <param name="origin">Node and boot, as samples name who looked.</param>
internal sealed class ShadowDesk(string origin, TickClock clock, TimeSpan connectTimeout, ILogger log) : IDisposable
{
    /// <summary>Over all lanes; with what each may hold, about 200 MiB at the very most.</summary>
    private const int MostUnderWay = 256;

    private readonly ConcurrentDictionary<string, LaneShadow> lanes = new();
    private readonly BlockingCollection<Comparable> waiting = [];
    private readonly CancellationTokenSource ended = new();
    private readonly ShadowSender sender = new(clock.Time, connectTimeout);
    private readonly Lock starting = new();
    private Thread? comparing;
    private int underWay;
    private long sequence;

    public LaneShadow For(string lane) => lanes.GetOrAdd(lane, _ => new(this));

    public bool Enter()
    {
        if (Interlocked.Increment(ref underWay) <= MostUnderWay) return true;
        Interlocked.Decrement(ref underWay);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref underWay);

    /// <summary>Returns at once; the copies go their way.</summary>
    public void Send(MirroredRequest request)
    {
        lock (starting)
            if (comparing is null)
            {
                comparing = new(Compare) { IsBackground = true, Name = "shadow", Priority = ThreadPriority.BelowNormal };
                comparing.Start();
            }
        _ = Task.Run(() => SendAsync(request));
    }

    private async Task SendAsync(MirroredRequest request)
    {
        var isHandedOn = false;
        try
        {
            if (Balance.Pick(request.Route.Candidate, clock.Now) is not { } candidate) return;
            var isDrawn = request.Tally.Draw();
            var twice = request.Tally.AsksTwice(request, isDrawn) ? Balance.Pick(request.Route.Stable, clock.Now) : null;
            var again = twice is null ? null : sender.SendAsync(request, twice, ended.Token);
            var its = await sender.SendAsync(request, candidate, ended.Token);
            waiting.Add(new(request, its, again is null ? null : await again, isDrawn), ended.Token);
            isHandedOn = true;
        }
        catch (Exception failure) when (ended.IsCancellationRequested)
        {
            log.LogDebug(failure, "A copy was under way when the gateway ended.");
        }
        catch (Exception failure)
        {
            log.LogError(failure, "A copy of a request could not be sent; users are not touched.");
        }
        finally
        {
            if (!isHandedOn) request.Dispose();
        }
    }

    private void Compare()
    {
        try
        {
            foreach (var pair in waiting.GetConsumingEnumerable(ended.Token))
                using (pair.Request) Compare(pair);
        }
        catch (Exception) when (ended.IsCancellationRequested)
        {
            // The gateway ends; what has not been compared counts for nothing.
        }
    }

    private void Compare(Comparable pair)
    {
        try
        {
            pair.Request.Tally.Take(pair);
        }
        catch (Exception failure)
        {
            log.LogError(failure, "Two answers could not be compared; they count for nothing.");
        }
    }

    /// <summary>What was seen since the last call. One caller at a time.</summary>
    public ImmutableArray<SignalSample> Close()
    {
        var now = clock.Time.GetUtcNow();
        return
        [
            .. from lane in lanes
               orderby lane.Key
               where lane.Value.Tally is not null
               let tally = lane.Value.Tally
               from seen in tally.Close()
               select new SignalSample(lane.Key, seen.Signal, origin, ++sequence, now, seen.Stable, seen.Candidate)
               {
                   Asked = tally.Says,
               },
        ];
    }

    public void Dispose()
    {
        ended.Cancel();
        comparing?.Join();
        sender.Dispose();
        waiting.Dispose();
        ended.Dispose();
    }
}

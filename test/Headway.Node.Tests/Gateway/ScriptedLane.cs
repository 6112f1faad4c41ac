using Headway.Core.Evidence;
using Headway.Node.Gateway;
using Headway.Node.Gateway.Counting;
using Headway.Node.Gateway.Routing;

namespace Headway.Node.Tests.Gateway;

/// <summary>One lane's evidence on a clock moved by hand, written to by scripted requests.</summary>
internal sealed class ScriptedLane
{
    private readonly EvidenceMaker maker;
    private readonly TickClock clock;
    private readonly LaneEvidence evidence;

    public ScriptedLane(int mostClients = 1000)
    {
        clock = new(Time);
        maker = new("n1", "boot", clock, mostClients);
        evidence = maker.For("shop/production");
        Warm = Made("warm", TimeSpan.FromHours(1));
        Cold = Made("cold", TimeSpan.FromSeconds(5));
    }

    public HandClock Time { get; } = new();
    public Instance Warm { get; }
    public Instance Cold { get; }

    public Stage Stage { get; set; } =
        new(1, "r1", "r2", 0.5, DrawsRequests: false, TimeSpan.FromSeconds(1), 0, new Excess());

    private Instance Made(string id, TimeSpan age) =>
        new(new("shop/production", "r1", id, "127.0.0.1:1", true, Time.GetUtcNow() - age), clock);

    public Ticket Begin(
        string client, Side side = Side.Stable, Instance? on = null, string path = "/", bool identified = true) =>
        evidence.Begin(
            Stage, clock.Now, new Client(Client.HashOf(client, 1), identified), side, on ?? Warm, new Asked("GET", path));

    /// <summary>A request that ends at once.</summary>
    public void Request(
        string client, RequestEnd end, Side side = Side.Stable, Instance? on = null, string path = "/",
        bool identified = true, int bucket = 40)
    {
        var ticket = Begin(client, side, on, path, identified);
        ticket.Tick.TrySet(ticket, end, on ?? Warm, bucket);
    }

    /// <summary>Lets seconds pass one by one, as the gateway's beat would see them.</summary>
    public List<EvidenceBatch> Pass(int seconds)
    {
        var batches = new List<EvidenceBatch>();
        for (var i = 0; i < seconds; i++)
        {
            Time.Pass(1);
            batches.AddRange(maker.Close(isEnd: false));
        }
        return batches;
    }

    /// <summary>The one batch of the second that has just been scripted.</summary>
    public EvidenceBatch Second() => Pass(2).Single();

    public List<EvidenceBatch> End() => maker.Close(isEnd: true);

    public void FollowIdle() => evidence.Follow(Stage);

    public void FollowWallClock() => clock.Follow();
}

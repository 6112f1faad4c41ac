namespace Headway.Core.Judging;

/// <summary>
/// Watches stable for incidents, second by second, all gateways together (nothing is compared here). Clients decide;
/// when hardly any is left at risk because all have failed, requests do.
/// </summary>
internal sealed class Incidents
{
    /// <summary>Above this stable fails so much that a candidate cannot be told from it.</summary>
    private const double Blind = 0.8;

    private readonly IncidentDesign design = new();
    private readonly IncidentHold clients;
    private readonly IncidentHold requests;
    private readonly StableRate usualClients;
    private readonly StableRate usualRequests;
    private readonly SortedDictionary<DateTimeOffset, (Trials Clients, Trials Requests)> pending = [];

    public Incidents(StableHistory history)
    {
        usualClients = new(new(), history.Failures, history.Trials);
        usualRequests = history.Requests > 0
            ? new(new(), history.RequestFailures, history.Requests)
            : new(new(), history.Failures, history.Trials);
        clients = new(design, usualClients.Value);
        requests = new(design, usualRequests.Value);
    }

    public bool IsOn => clients.IsOn || (clients.Trials < design.LeastTrials && requests.IsOn);

    public bool IsBlind => usualClients.Value >= Blind || (Speaking.Trials >= design.LeastTrials && RecentRate >= Blind);

    public double RecentRate => Speaking.RecentRate;

    public double UsualRate => Speaking.UsualRate;

    private IncidentHold Speaking => clients.Trials < design.LeastTrials ? requests : clients;

    public void Observe(DateTimeOffset second, in Trials clientTrials, in Trials requestTrials)
    {
        var (c, r) = pending.GetValueOrDefault(second);
        pending[second] = (c + clientTrials, r + requestTrials);
    }

    public void Tick()
    {
        foreach (var (c, r) in pending.Values)
        {
            clients.Tick(c.StableEvents, c.StableTrials, usualClients.Value);
            requests.Tick(r.StableEvents, r.StableTrials, usualRequests.Value);
            usualClients.Observe(c);
            usualRequests.Observe(r);
        }

        pending.Clear();
    }
}

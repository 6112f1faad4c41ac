using Headway.Node.Gateway.Routing;

namespace Headway.Node.Gateway.Counting;

/// <summary>
/// The requests of one lane that started in one second under one route: an open batch of evidence. Striped by client,
/// so that requests of different clients seldom meet at a lock.
/// </summary>
internal sealed class Tick
{
    private const int Stripes = 16;

    /// <summary>Clients beyond this in one second are counted as requests but are no trials.</summary>
    public const int MostClients = 200_000;

    private readonly Stripe[] stripes = new Stripe[Stripes];

    public Tick(int number, Stage stage)
    {
        (Number, Stage) = (number, stage);
        for (var i = 0; i < Stripes; i++) stripes[i] = new();
    }

    public int Number { get; }
    public Stage Stage { get; }

    /// <summary>Enters a request; false when the tick has been closed meanwhile.</summary>
    public bool TryBegin(in Client client, Side side, Instance? instance, bool warm, byte route, ref Ticket ticket)
    {
        var stripe = stripes[client.Hash % Stripes];
        lock (stripe)
        {
            if (stripe.Trials is not { } trials) return false;
            var key = client.Hash;
            if (!trials.TryGetValue(key, out var trial))
            {
                if (trials.Count >= MostClients / Stripes)
                {
                    trial = side == Side.Stable ? stripe.StableCrowd : stripe.CandidateCrowd;
                }
                else
                {
                    trial = new(key, client.Identified, side, instance, warm);
                    trials.Add(key, trial);
                }
            }
            ticket = new(this, trial, trial.Add(route), (int)(client.Hash % Stripes));
            return true;
        }
    }

    /// <summary>False when the tick is closed: the request has been counted as unfinished already.</summary>
    public bool TrySet(in Ticket ticket, RequestEnd end, Instance? on, int bucket)
    {
        var stripe = stripes[ticket.Stripe];
        lock (stripe)
        {
            if (stripe.Trials is null) return false;
            ticket.Trial.Set(ticket.Index, end, on);
            if (ticket.Index == 0 && end == RequestEnd.Succeeded) ticket.Trial.Bucket = bucket;
            return true;
        }
    }

    /// <summary>Takes everything out; from now on nothing is entered.</summary>
    public (List<Trial> Trials, List<Trial> Crowds) Close()
    {
        var (all, crowds) = (new List<Trial>(), new List<Trial>());
        foreach (var stripe in stripes)
        {
            lock (stripe)
            {
                if (stripe.Trials is null) continue;
                all.AddRange(stripe.Trials.Values);
                crowds.Add(stripe.StableCrowd);
                crowds.Add(stripe.CandidateCrowd);
                stripe.Trials = null;
            }
        }
        return (all, crowds);
    }

    private sealed class Stripe
    {
        public Dictionary<ulong, Trial>? Trials = [];
        public readonly Trial StableCrowd = new(0, false, Side.Stable, null, warm: false);
        public readonly Trial CandidateCrowd = new(0, false, Side.Candidate, null, warm: false);
    }
}

/// <summary>Where a running request is counted.</summary>
internal readonly record struct Ticket(Tick Tick, Trial Trial, int Index, int Stripe);

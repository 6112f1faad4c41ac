namespace Headway.Node.Gateway.Counting;

/// <summary>
/// What is remembered of the clients of a lane, bounded: the one not seen for longest is forgotten first, and is then
/// at risk again as a client never seen. Used by one thread, in the order of ticks.
/// </summary>
internal sealed class ClientTable(int most)
{
    private const int Nobody = -1;
    private readonly Dictionary<ulong, int> places = [];
    private ClientRecord[] records = new ClientRecord[16];
    private int newest = Nobody, oldest = Nobody;

    public int Count => places.Count;

    /// <summary>The record of a client, made when missing, and now the newest. Valid until the next call.</summary>
    public ref ClientRecord Touch(ulong client)
    {
        if (places.TryGetValue(client, out var place)) Unlink(place);
        else place = Make(client);
        LinkNewest(place);
        return ref records[place];
    }

    private int Make(ulong client)
    {
        int place;
        if (places.Count >= most)
        {
            place = oldest;
            Unlink(place);
            places.Remove(records[place].Client);
        }
        else
        {
            place = places.Count;
            if (place == records.Length) Array.Resize(ref records, Math.Min(most, place * 2));
        }
        records[place] = new() { Client = client, Rollout = Nobody };
        places.Add(client, place);
        return place;
    }

    private void Unlink(int place)
    {
        ref var record = ref records[place];
        if (record.Newer == Nobody) newest = record.Older; else records[record.Newer].Older = record.Older;
        if (record.Older == Nobody) oldest = record.Newer; else records[record.Older].Newer = record.Newer;
    }

    private void LinkNewest(int place)
    {
        ref var record = ref records[place];
        (record.Newer, record.Older) = (Nobody, newest);
        if (newest != Nobody) records[newest].Newer = place;
        newest = place;
        if (oldest == Nobody) oldest = place;
    }
}

/// <summary>One client in the rollout that runs. `Known`, a success at any time, outlives the rollout.</summary>
internal struct ClientRecord
{
    /// <summary>After a failure a client is at risk again when this much time and this many successes have passed.</summary>
    public const int QuietSeconds = 60, QuietSuccesses = 20;

    public ulong Client;
    public int Newer, Older;
    public int Rollout;
    public int LastFailure;
    public int SuccessesSince;
    public int FailuresInRow;
    public int LastRefusal;
    public int AcceptedSince;
    public bool Failed, Spelled, Known, Refused;

    public void EnterRollout(int rollout)
    {
        if (Rollout == rollout) return;
        Rollout = rollout;
        (LastFailure, SuccessesSince, FailuresInRow, Failed, Spelled) = (0, 0, 0, false, false);
        (LastRefusal, AcceptedSince, Refused) = (0, 0, false);
    }

    public readonly bool IsAtRisk(int tick) =>
        !Failed || (tick - LastFailure >= QuietSeconds && SuccessesSince >= QuietSuccesses);

    /// <summary>The same rule for refusals: a client that is refused all the time says so once, not every second.</summary>
    public readonly bool IsAtRiskOfRefusal(int tick) =>
        !Refused || (tick - LastRefusal >= QuietSeconds && AcceptedSince >= QuietSuccesses);

    public void Refuse(int tick) => (Refused, LastRefusal, AcceptedSince) = (true, tick, 0);

    /// <summary>True when this is the third failure in a row, for the first time in the rollout.</summary>
    public bool Fail(int tick)
    {
        (Failed, LastFailure, SuccessesSince) = (true, tick, 0);
        FailuresInRow++;
        if (FailuresInRow < 3 || Spelled) return false;
        return Spelled = true;
    }

    public void Succeed()
    {
        (Known, FailuresInRow) = (true, 0);
        SuccessesSince++;
        AcceptedSince++;
    }
}

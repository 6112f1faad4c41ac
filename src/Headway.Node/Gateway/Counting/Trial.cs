using Headway.Node.Gateway.Routing;

namespace Headway.Node.Gateway.Counting;

/// <summary>
/// One client in one tick: its requests in the order in which they started. Guarded by the stripe that holds it.
/// </summary>
internal sealed class Trial(ulong client, bool identified, Side side, Instance? instance, bool warm)
{
    private ushort[] requests = new ushort[4];

    public ulong Client { get; } = client;
    public bool Identified { get; } = identified;
    public Side Side { get; } = side;
    public Instance? Instance { get; } = instance;

    /// <summary>The instance of the first request was warm, so its latency may be counted.</summary>
    public bool Warm { get; } = warm;

    /// <summary>The instance that served the first failure; it explains the trial then.</summary>
    public Instance? FailedOn { get; private set; }

    /// <summary>Latency bucket of the first request when it succeeded in time, else -1.</summary>
    public int Bucket { get; set; } = -1;

    public int Count { get; private set; }

    public int Add(byte route)
    {
        if (Count == requests.Length) Array.Resize(ref requests, Count * 2);
        requests[Count] = (ushort)(route << 8);
        return Count++;
    }

    public RequestEnd this[int index] => (RequestEnd)(byte)requests[index];

    public byte RouteOf(int index) => (byte)(requests[index] >> 8);

    public void Set(int index, RequestEnd end, Instance? on)
    {
        requests[index] = (ushort)(requests[index] & 0xff00 | (byte)end);
        if (end.IsFailure()) FailedOn ??= on;
    }
}

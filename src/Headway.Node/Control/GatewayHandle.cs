using System.Collections.Frozen;
using Headway.Node.Gateway;
using Headway.Node.Instances;

namespace Headway.Node.Control;

/// <summary>One gateway process that control talks to.</summary>
internal sealed class GatewayHandle(GatewayRunning running, IReadOnlyCollection<int> ports) : IDisposable
{
    private readonly LiveProcess? _process = LiveProcess.Open(running.Identity);
    private readonly GatewayLink _link = new(running.AdminSocket);

    public GatewayRunning Running => running;

    /// <summary>The ports that it was given.</summary>
    public IReadOnlySet<int> Ports { get; } = ports.ToHashSet();

    public bool HasEnded => _process is null || _process.HasEnded;
    public TimeSpan StartedAt { get; } = Monotonic.Now;

    /// <summary>What it said last, and when; null before its first word.</summary>
    public GatewaySeen? Seen { get; private set; }
    public TimeSpan SeenAt { get; private set; }

    /// <summary>Instances that it may give new requests to.</summary>
    public FrozenSet<string> Given { get; private set; } = [];

    public async Task TellAsync(GatewayState state, CancellationToken stop)
    {
        // Before the answer it may work by either state, so both count.
        var ready = state.Endpoints.Where(endpoint => endpoint.Ready).Select(endpoint => endpoint.Instance).ToList();
        Given = Given.Union(ready).ToFrozenSet();
        Seen = await _link.PutAsync(state, stop);
        Given = ready.ToFrozenSet();
        SeenAt = Monotonic.Now;
    }

    public async Task DrainAsync(CancellationToken stop)
    {
        try
        {
            await _link.DrainAsync(stop);
        }
        catch (HttpRequestException)
        {
            _process?.Signal(LinuxCalls.SignalTerminate);
        }
    }

    public void Kill() => _process?.Signal(LinuxCalls.SignalKill);

    public void Dispose()
    {
        _process?.Dispose();
        _link.Dispose();
    }
}

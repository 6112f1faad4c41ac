using System.Net;
using Headway.Node.Gateway.Handover;

namespace Headway.Node.Control;

/// <summary>
/// The sockets on which users arrive. Control holds them and never accepts, so nobody is refused while a gateway is
/// replaced. A port that is taken costs only its own lane.
/// </summary>
internal sealed class PublicPorts(IPAddress address, Problems problems) : IDisposable
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(2);
    private readonly Dictionary<int, TimeSpan> _taken = [];
    private ListeningSockets? _sockets;

    public IReadOnlyCollection<int> Bound => _sockets?.Ports ?? [];

    public Task SendAsync(string handoverSocket, CancellationToken stop) => _sockets!.SendAsync(handoverSocket, stop);

    /// <summary>Takes the sockets over from a gateway that an earlier control has started.</summary>
    public async Task RecoverAsync(string handoverSocket, CancellationToken stop) =>
        _sockets = await ListeningSockets.RecoverAsync(handoverSocket, stop);

    /// <summary>Binds what is missing and lets go of what is not wanted.</summary>
    public void Adjust(IReadOnlySet<int> wanted, TimeSpan now)
    {
        foreach (var port in _taken.Keys.Where(port => !wanted.Contains(port)).ToList())
        {
            _taken.Remove(port);
            problems.Say($"port {port}", null);
        }
        var keep = Bound.Where(wanted.Contains).ToHashSet();
        if (keep.Count != Bound.Count) _sockets = _sockets!.With(address, keep);
        foreach (var port in wanted.Where(port => !keep.Contains(port)))
            if (!_taken.TryGetValue(port, out var triedAt) || now - triedAt > TryAgain) Bind(port, keep, now);
    }

    private void Bind(int port, HashSet<int> keep, TimeSpan now)
    {
        try
        {
            _sockets = _sockets is null
                ? ListeningSockets.Bind(address, [port])
                : _sockets.With(address, [.. keep, port]);
            keep.Add(port);
            _taken.Remove(port);
            problems.Say($"port {port}", null);
        }
        catch (IOException e)
        {
            _taken[port] = now;
            problems.Say($"port {port}", e.Message);
        }
    }

    public void Dispose() => _sockets?.Dispose();
}

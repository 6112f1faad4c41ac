using System.Collections.Frozen;
using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Node.Gateway;
using Headway.Node.Instances;
using Microsoft.Extensions.Logging;

namespace Headway.Node.Control;

/// <summary>
/// Keeps a gateway process alive and told: the whole state on every change and each second, a new process when one
/// dies, a successor when the ports change. A restarted control finds the running one and takes its sockets back.
/// </summary>
internal sealed class GatewayKeeper : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Unheard = TimeSpan.FromSeconds(3);
    private readonly ControlOptions _options;
    private readonly ServerHeard _heard;
    private readonly Problems _problems;
    private readonly ILogger _log;
    private readonly PublicPorts _ports;
    private readonly string _recordPath;
    private readonly Backoff _backoff = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));
    private readonly Nudge _wake = new();
    private readonly List<GatewayHandle> _retiring = [];
    private GatewayHandle? _current;
    private Task<GatewayHandle>? _starting;
    private TimeSpan _notBefore;
    private TimeSpan _told;
    private volatile Wanted _wanted = new(DesiredState.Empty(""), []);
    private Wanted? _obeyed;

    public GatewayKeeper(ControlOptions options, ServerHeard heard, Problems problems, ILogger log)
    {
        (_options, _heard, _problems, _log) = (options, heard, problems, log);
        _ports = new(options.Listen, problems);
        _recordPath = Path.Combine(options.Data, "gateway.json");
    }

    public GatewayView View { get; private set; } = GatewayView.Nothing with { Reachable = false };

    /// <summary>What the gateways say is wrong.</summary>
    public ImmutableArray<string> Problems => _current?.Seen?.Problems ?? [];

    /// <summary>
    /// Boots of the gateways that may still write evidence; null as long as that is not known of all.
    /// </summary>
    public IReadOnlySet<string>? Alive { get; private set; }

    public void Want(DesiredState desired, ImmutableArray<InstanceEndpoint> endpoints)
    {
        var wanted = new Wanted(desired, endpoints);
        if (wanted.SameAs(_wanted)) return;
        _wanted = wanted;
        _wake.Give();
    }

    /// <summary>Must be done before the first state is put: a gateway that serves is not to be replaced.</summary>
    public async Task AdoptAsync(CancellationToken stop)
    {
        var record = AtomicFile.Read<GatewayRecord>(_recordPath) ?? GatewayRecord.Nobody;
        foreach (var old in record.Retiring)
            if (old.Identity.IsAlive) _retiring.Add(new(old, []));
        if (record.Current is { Identity.IsAlive: true } running) await AdoptAsync(running, stop);
        KillUnknown();
    }

    public async Task RunAsync(Action changed, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
            try
            {
                if (await TurnAsync(Monotonic.Now, stop)) changed();
                _problems.Say("gateway", null);
                await _wake.WaitAsync(Every, stop);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                Publish(Monotonic.Now);
                _problems.Say("gateway", $"The gateway is not served as it should be: {e.Message}");
                await Task.Delay(Every, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                return;
            }
    }

    public void Dispose()
    {
        foreach (var gateway in All) gateway.Dispose();
        _ports.Dispose();
        _wake.Dispose();
    }

    private IEnumerable<GatewayHandle> All => _current is null ? _retiring : _retiring.Append(_current);

    private async Task AdoptAsync(GatewayRunning running, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            await _ports.RecoverAsync(running.HandoverSocket, limit.Token);
            _current = new(running, _ports.Bound);
            _log.LogInformation("Gateway {Pid} runs and is taken over", running.Identity.Pid);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            _log.LogWarning("Gateway {Pid} gave no sockets and is replaced: {Reason}", running.Identity.Pid, e.Message);
            using var lost = new GatewayHandle(running, []);
            lost.Kill();
        }
    }

    /// <summary>Gateways that were started when control died, before it could write down which.</summary>
    private void KillUnknown()
    {
        var known = All.Select(gateway => gateway.Running.Identity.Pid).ToHashSet();
        foreach (var process in ProcessTable.Read().Of(0, GatewayStart.MarkOf(_options.Data)))
            if (!known.Contains(process.Pid)
                && LiveProcess.Open(new(Gateway.HostBoot.Id, process.Pid, process.StartTicks)) is { } live)
                using (live) live.Signal(LinuxCalls.SignalKill);
    }

    /// <returns>True when a new state has been put in force, which is worth a report at once.</returns>
    private async Task<bool> TurnAsync(TimeSpan now, CancellationToken stop)
    {
        var wanted = _wanted;
        if (wanted.Desired.Node.Length == 0) return false;
        Reap(now);
        // While a gateway starts, the sockets are being handed to it and stay as they are.
        if (_starting is null) _ports.Adjust(wanted.Ports, now);
        await ReplaceAsync(now, stop);
        var isNew = !ReferenceEquals(wanted, _obeyed);
        if (isNew || now - _told >= TellEvery) await TellAsync(wanted, now, stop);
        Publish(Monotonic.Now);
        return isNew;
    }

    private void Reap(TimeSpan now)
    {
        foreach (var ended in _retiring.Where(gateway => gateway.HasEnded).ToList())
        {
            _retiring.Remove(ended);
            GatewayStart.Forget(ended.Running);
            ended.Dispose();
            Keep();
        }
        if (_current is not { HasEnded: true } dead) return;
        _log.LogError("Gateway {Pid} has ended; a new one is started on the same sockets", dead.Running.Identity.Pid);
        if (now - dead.StartedAt > TimeSpan.FromSeconds(10)) _backoff.Reset();
        _notBefore = now + _backoff.Next();
        GatewayStart.Forget(dead.Running);
        dead.Dispose();
        _current = null;
        Keep();
    }

    /// <summary>Starts a gateway when there is none, or one that serves other ports than are bound.</summary>
    private async Task ReplaceAsync(TimeSpan now, CancellationToken stop)
    {
        if (_starting is { IsCompleted: true } started)
        {
            _starting = null;
            if (!started.IsCompletedSuccessfully) _notBefore = now + _backoff.Next();
            var old = _current;
            _current = await started;
            await RetireAsync(old, stop);
        }
        if (_ports.Bound.Count == 0)
        {
            var old = _current;
            _current = null;
            await RetireAsync(old, stop);
        }
        else if (_starting is null && now >= _notBefore && _current?.Ports.SetEquals(_ports.Bound) is not true)
            _starting = StartAsync(stop);
    }

    private async Task RetireAsync(GatewayHandle? old, CancellationToken stop)
    {
        if (old is not null) _retiring.Add(old);
        Keep();
        if (old is not null) await old.DrainAsync(stop);
    }

    /// <summary>The state first, then the sockets: it never serves with nothing to serve from.</summary>
    private async Task<GatewayHandle> StartAsync(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(StartLimit);
        var gateway = new GatewayHandle(GatewayStart.Start(_options), _ports.Bound);
        try
        {
            while (gateway.Seen is null)
                try
                {
                    await gateway.TellAsync(StateOf(_wanted), limit.Token);
                }
                catch (HttpRequestException e) when (e.StatusCode is null)
                {
                    if (gateway.HasEnded)
                        throw new IOException("It ended at its start; see gateway/gateway.log in the data folder.");
                    await Task.Delay(20, limit.Token);
                }
            await _ports.SendAsync(gateway.Running.HandoverSocket, limit.Token);
            return gateway;
        }
        catch
        {
            gateway.Kill();
            GatewayStart.Forget(gateway.Running);
            gateway.Dispose();
            throw;
        }
    }

    private async Task TellAsync(Wanted wanted, TimeSpan now, CancellationToken stop)
    {
        _told = now;
        foreach (var gateway in _retiring)
            try
            {
                await gateway.TellAsync(StateOf(wanted), stop);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException
                && !stop.IsCancellationRequested)
            {
                // It is on its way out and may have closed its admin socket before it is gone.
            }
        if (_current is not null) await _current.TellAsync(StateOf(wanted), stop);
        _obeyed = wanted;
    }

    private GatewayState StateOf(Wanted wanted) => new(wanted.Desired.Epoch, wanted.Desired.Version, _heard.Ticks,
        Gateway.HostBoot.Id, wanted.Desired.Routes, wanted.Endpoints);

    private void Publish(TimeSpan now)
    {
        var seen = All.Select(gateway => gateway.Seen).OfType<GatewaySeen>().ToList();
        View = new(
            _current is null ? _ports.Bound.Count == 0 && _starting is null : now - _current.SeenAt < Unheard,
            All.SelectMany(gateway => gateway.Given).ToFrozenSet(),
            seen.SelectMany(one => one.Endpoints).GroupBy(endpoint => endpoint.Instance).ToFrozenDictionary(
                group => group.Key, group => group.First() with
                {
                    OpenConnections = group.Sum(endpoint => endpoint.OpenConnections),
                    RequestsPerSecond = group.Sum(endpoint => endpoint.RequestsPerSecond),
                }),
            _current?.Seen?.Routes ?? []);
        Alive = _starting is null && seen.Count == All.Count() && (_current is not null || _ports.Bound.Count == 0)
            ? seen.Select(one => one.Boot).ToHashSet() : null;
    }

    private void Keep() => AtomicFile.Write(_recordPath,
        new GatewayRecord(_current?.Running, [.. _retiring.Select(gateway => gateway.Running)]));

    private sealed record Wanted(DesiredState Desired, ImmutableArray<InstanceEndpoint> Endpoints)
    {
        public HashSet<int> Ports => [.. Desired.Routes.Select(route => route.Listen).Where(port => port > 0)];

        public bool SameAs(Wanted other) => Desired.Epoch == other.Desired.Epoch
            && Desired.Version == other.Desired.Version && Desired.Node == other.Desired.Node
            && Endpoints.SequenceEqual(other.Endpoints);
    }
}

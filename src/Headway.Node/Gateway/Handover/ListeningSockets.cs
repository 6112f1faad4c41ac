using System.Net;
using System.Net.Sockets;

namespace Headway.Node.Gateway.Handover;

/// <summary>
/// The public listening sockets of a node. Control binds them, never accepts on them, and gives them to each gateway
/// that it starts; while two gateways hold them the kernel gives each connection to either, so none is refused.
/// <code>
/// using var sockets = ListeningSockets.Bind(IPAddress.Any, ports);        // first start
/// await sockets.SendAsync(handoverPath, stop);                            // returns when that gateway serves
/// var recovered = await ListeningSockets.RecoverAsync(handoverPath, stop) // after a restart of control
/// </code>
/// A change of ports: `With(ports)` keeps the sockets that stay, then start a successor gateway and send them to it.
/// </summary>
public sealed class ListeningSockets : IDisposable
{
    /// <summary>Connections that the kernel keeps waiting; the limit of the machine (somaxconn) may be lower.</summary>
    public const int Backlog = 4096;

    private readonly SortedDictionary<int, Socket> byPort = [];

    private ListeningSockets() { }

    public IReadOnlyCollection<int> Ports => byPort.Keys;

    /// <summary>Binds every port, or none: a port that is taken is named in the error.</summary>
    public static ListeningSockets Bind(IPAddress address, IEnumerable<int> ports)
    {
        var sockets = new ListeningSockets();
        try
        {
            foreach (var port in ports) sockets.Add(address, port);
            return sockets;
        }
        catch
        {
            sockets.Dispose();
            throw;
        }
    }

    /// <summary>The same sockets for ports that stay, new ones for new ports; the rest is closed.</summary>
    /// <exception cref="IOException">A new port is taken; nothing has changed.</exception>
    public ListeningSockets With(IPAddress address, IReadOnlyCollection<int> ports)
    {
        var next = Bind(address, ports.Where(port => !byPort.ContainsKey(port)).ToList());
        foreach (var port in byPort.Keys.ToList())
        {
            if (ports.Contains(port)) next.byPort.Add(port, byPort[port]);
            else byPort[port].Dispose();
        }
        byPort.Clear();
        return next;
    }

    /// <summary>
    /// Gives the sockets to the gateway that listens at the path, waiting for it to start. Returns when it serves.
    /// </summary>
    /// <exception cref="IOException">The gateway refused or went away; the message says what it said.</exception>
    public async Task SendAsync(string handoverPath, CancellationToken stop)
    {
        using var peer = await HandoverPeer.ConnectAsync(handoverPath, stop);
        var ports = byPort.Keys.ToArray();
        peer.Send($"give {string.Join(' ', ports)}\n", ports.Select(port => (int)byPort[port].Handle).ToArray());
        var answer = await peer.ReadLineAsync(stop);
        if (answer != "serving") throw new IOException($"The gateway at {handoverPath} does not serve: {answer}");
    }

    /// <summary>Gets the sockets back from a running gateway, for a control process that has restarted.</summary>
    public static async Task<ListeningSockets> RecoverAsync(string handoverPath, CancellationToken stop)
    {
        using var peer = await HandoverPeer.ConnectAsync(handoverPath, stop);
        peer.Send("ask\n", []);
        var answer = (await peer.ReadLineAsync(stop)).Split(' ');
        if (answer[0] != "have") throw new IOException($"The gateway at {handoverPath} gave no sockets.");
        return FromDescriptors(peer.Descriptors);
    }

    /// <summary>Takes ownership of the descriptors; their ports are read from the sockets themselves.</summary>
    internal static ListeningSockets FromDescriptors(IEnumerable<int> descriptors)
    {
        var sockets = new ListeningSockets();
        foreach (var descriptor in descriptors)
        {
            var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
            sockets.byPort[((IPEndPoint)socket.LocalEndPoint!).Port] = socket;
        }
        return sockets;
    }

    /// <summary>Descriptors for somebody who will close them, one for each port in order.</summary>
    internal int[] Duplicates() =>
        byPort.Values.Select(socket => DescriptorPassing.Duplicate((int)socket.Handle)).ToArray();

    internal int[] Descriptors() => byPort.Values.Select(socket => (int)socket.Handle).ToArray();

    private void Add(IPAddress address, int port)
    {
        if (byPort.Count == DescriptorPassing.MostDescriptors)
            throw new IOException($"A node serves at most {DescriptorPassing.MostDescriptors} ports; put lanes on another.");
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(Backlog);
            byPort.Add(((IPEndPoint)socket.LocalEndPoint!).Port, socket);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new IOException($"Port {port} on {address} cannot be served: {failure.Message}. " +
                "Stop what uses it, or give the environment another port.", failure);
        }
    }

    public void Dispose()
    {
        foreach (var socket in byPort.Values) socket.Dispose();
        byPort.Clear();
    }
}

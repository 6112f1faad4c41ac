using System.Net;
using System.Net.Sockets;

namespace Headway.Node.Instances;

/// <summary>
/// Ports on which nothing listens now. Somebody may still be faster; the next start takes another one.
/// </summary>
internal static class FreePorts
{
    public static int Take(InstanceOptions options, IReadOnlySet<int> given)
    {
        var count = options.LastPort - options.FirstPort + 1;
        var first = Random.Shared.Next(count);
        for (var i = 0; i < count; i++)
        {
            var port = options.FirstPort + (first + i) % count;
            if (!given.Contains(port) && IsFree(port)) return port;
        }
        throw new IOException($"All ports from {options.FirstPort} to {options.LastPort} are taken.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

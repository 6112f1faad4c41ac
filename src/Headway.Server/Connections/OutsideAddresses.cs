using System.Net;
using System.Net.Sockets;

namespace Headway.Server.Connections;

/// <summary>
/// Addresses that are never asked: where clouds hand out credentials to whoever asks from the inside. Looked at after
/// the name was resolved, so that a name cannot lead there.
/// </summary>
internal static class OutsideAddresses
{
    private static readonly IPNetwork[] Refused =
    [
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("fd00:ec2::254/128"),
        // The same by way of translated addresses, and where another cloud keeps its own.
        IPNetwork.Parse("64:ff9b::a9fe:0/112"), IPNetwork.Parse("100.100.100.200/32"),
    ];

    public static bool IsRefused(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(Refused, network => network.Contains(plain));
    }

    /// <summary>Connects to the first of a name's addresses that answers and may be asked.</summary>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal]
            : await Dns.GetHostAddressesAsync(host, stop);
        if (Array.Find(addresses, IsRefused) is { } refused)
            throw new AddressRefusedException(
                $"{host} is {refused}, where clouds keep credentials; Headway asks no such address");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>Ends an attempt to connect; its message is a clause for people.</summary>
internal sealed class AddressRefusedException(string says) : Exception(says);

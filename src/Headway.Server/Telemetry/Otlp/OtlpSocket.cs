using System.Net;
using System.Net.Sockets;

namespace Headway.Server.Telemetry.Otlp;

/// <summary>An address for OTLP that this process holds.</summary>
internal sealed record OtlpSocket(Socket Socket)
{
    public const string Off = "off";

    public IPEndPoint Address => (IPEndPoint)Socket.LocalEndPoint!;

    public bool IsLoopback => IPAddress.IsLoopback(Address.Address);

    /// <summary>
    /// Takes an address that somebody named, or throws an <see cref="IOException"/> that says why not. A default that
    /// is taken is replaced by a free port.
    /// </summary>
    /// <param name="named">Null: nobody named one.</param>
    /// <param name="option">How it would be named, for messages.</param>
    public static OtlpSocket? Take(string? named, string byDefault, string option, Action<string> say)
    {
        if (named == Off) return null;
        if (!TryParse(named ?? byDefault, out var address))
            throw new ArgumentException(
                $"{option} is `{named}`, which is no address such as {byDefault}, and not `off`.");
        try
        {
            return Bind(address);
        }
        catch (SocketException taken) when (named is not null)
        {
            throw new IOException($"{option}: {named} cannot be listened on: {taken.Message}.");
        }
        catch (SocketException)
        {
            var free = Bind(new(address.Address, 0));
            say($"{address} for OTLP is taken by another program, so {free.Address} is used; instances are told. "
                + $"Programs that send to {address} by themselves are not heard: name an address with {option}.");
            return free;
        }
    }

    private static OtlpSocket Bind(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(address);
            return new(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool TryParse(string text, out IPEndPoint address)
    {
        if (text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase))
            text = "127.0.0.1" + text["localhost".Length..];
        return IPEndPoint.TryParse(text, out address!) && text.LastIndexOf(':') > text.LastIndexOf(']');
    }
}

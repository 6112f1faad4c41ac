using System.Net.Sockets;
using System.Text;

namespace Headway.Node.Gateway.Handover;

/// <summary>
/// One end of a handover connection. Lines of text, the descriptors beside the first byte of theirs:
/// `give PORTS` is answered by `serving` or a sentence, `ask` by `have PORTS`.
/// </summary>
internal sealed class HandoverPeer(Socket socket) : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private readonly List<int> descriptors = [];

    /// <summary>What came with the last line; the caller owns them now.</summary>
    public IReadOnlyList<int> Descriptors
    {
        get
        {
            var taken = descriptors.ToArray();
            descriptors.Clear();
            return taken;
        }
    }

    /// <summary>Connects, waiting for the other side to listen.</summary>
    public static async Task<HandoverPeer> ConnectAsync(string path, CancellationToken stop)
    {
        while (true)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                socket.Connect(new UnixDomainSocketEndPoint(path));
                return new(socket);
            }
            catch (SocketException)
            {
                socket.Dispose();
                await Task.Delay(Poll, stop);
            }
        }
    }

    public void Send(string line, ReadOnlySpan<int> handles) =>
        DescriptorPassing.Send(socket, Encoding.ASCII.GetBytes(line), handles);

    /// <summary>One line without its end. The other side gone is an error.</summary>
    public async Task<string> ReadLineAsync(CancellationToken stop)
    {
        var line = new StringBuilder();
        var buffer = new byte[4096];
        while (line.Length < 16 << 10)
        {
            while (!socket.Poll(TimeSpan.Zero, SelectMode.SelectRead)) await Task.Delay(Poll, stop);
            var read = DescriptorPassing.Receive(socket, buffer, descriptors);
            if (read == 0) throw new IOException("The other side of the handover went away.");
            line.Append(Encoding.ASCII.GetString(buffer, 0, read));
            if (line[^1] == '\n') return line.ToString(0, line.Length - 1);
        }
        throw new IOException("The other side of the handover does not speak its language.");
    }

    public void Dispose()
    {
        foreach (var descriptor in descriptors) DescriptorPassing.Close(descriptor);
        socket.Dispose();
    }
}

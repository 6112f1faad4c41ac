using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Headway.Node.Gateway.Handover;

/// <summary>
/// Sends and receives file descriptors over a Unix socket (SCM_RIGHTS), which .NET has no call for. The layouts are
/// those of 64-bit Linux, the same for glibc and musl on little-endian machines.
/// </summary>
internal static unsafe partial class DescriptorPassing
{
    /// <summary>The kernel takes at most 253 descriptors in one message.</summary>
    public const int MostDescriptors = 253;

    private const int SolSocket = 1, ScmRights = 1, CloseOnExec = 0x40000000, NoSignal = 0x4000, Truncated = 0x8;
    private const int HeaderBytes = 16;

    public static void Send(Socket socket, ReadOnlySpan<byte> text, ReadOnlySpan<int> descriptors)
    {
        var controlBytes = descriptors.Length == 0 ? 0 : HeaderBytes + Align(descriptors.Length * sizeof(int));
        var control = stackalloc byte[HeaderBytes + Align(MostDescriptors * sizeof(int))];
        if (controlBytes > 0)
        {
            *(nint*)control = HeaderBytes + descriptors.Length * sizeof(int);
            *(int*)(control + 8) = SolSocket;
            *(int*)(control + 12) = ScmRights;
            descriptors.CopyTo(new Span<int>(control + HeaderBytes, descriptors.Length));
        }
        fixed (byte* bytes = text)
        {
            var part = new Part { Base = bytes, Length = text.Length };
            var message = new Message { Parts = &part, PartCount = 1, Control = control, ControlLength = controlBytes };
            var sent = sendmsg((int)socket.Handle, &message, NoSignal);
            if (sent < 0) throw Failed("send");
            if (sent < text.Length) throw new IOException("The handover socket took only a part of the message.");
        }
    }

    /// <summary>Reads what is there, at least one byte; returns the length, 0 when the other side has closed.</summary>
    public static int Receive(Socket socket, Span<byte> text, List<int> descriptors)
    {
        const int space = HeaderBytes + (MostDescriptors + 1) * sizeof(int);
        var control = stackalloc byte[space];
        fixed (byte* bytes = text)
        {
            var part = new Part { Base = bytes, Length = text.Length };
            var message = new Message { Parts = &part, PartCount = 1, Control = control, ControlLength = space };
            var received = recvmsg((int)socket.Handle, &message, CloseOnExec);
            if (received < 0) throw Failed("receive");
            Collect(control, (int)message.ControlLength, descriptors);
            if ((message.Flags & Truncated) != 0)
                throw new IOException("The handover message held more descriptors than this process may open.");
            return (int)received;
        }
    }

    private static void Collect(byte* control, int length, List<int> descriptors)
    {
        for (var at = 0; at + HeaderBytes <= length;)
        {
            var bytes = (int)*(nint*)(control + at);
            if (bytes < HeaderBytes) return;
            if (*(int*)(control + at + 8) == SolSocket && *(int*)(control + at + 12) == ScmRights)
                for (var i = HeaderBytes; i + sizeof(int) <= bytes; i += sizeof(int))
                    descriptors.Add(*(int*)(control + at + i));
            at += Align(bytes);
        }
    }

    /// <summary>A second descriptor for the same socket, closed in programs that this process starts.</summary>
    public static int Duplicate(int descriptor)
    {
        const int duplicateCloseOnExec = 1030;
        var copy = fcntl(descriptor, duplicateCloseOnExec, 0);
        return copy >= 0 ? copy : throw Failed("duplicate");
    }

    public static void Close(int descriptor) => close(descriptor);

    private static int Align(int bytes) => (bytes + 7) & ~7;

    private static IOException Failed(string verb) =>
        new($"Could not {verb} listening sockets: {Marshal.GetLastPInvokeErrorMessage()}.");

    [StructLayout(LayoutKind.Sequential)]
    private struct Part
    {
        public byte* Base;
        public nint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public byte* Name;
        public nint NameLength;
        public Part* Parts;
        public nint PartCount;
        public byte* Control;
        public nint ControlLength;
        public int Flags;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint sendmsg(int socket, Message* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recvmsg(int socket, Message* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}

using System.Globalization;

namespace Headway.Node.Instances;

/// <summary>The TCP ports on which processes listen: to say so when a program has chosen another than PORT.</summary>
internal static class ListeningPorts
{
    private const string ListenState = "0A";

    public static SortedSet<int> Of(IEnumerable<int> processes)
    {
        var byInode = new Dictionary<string, int>();
        foreach (var table in new[] { "/proc/net/tcp", "/proc/net/tcp6" })
            foreach (var line in (GroupFiles.TryRead(table) ?? "").Split('\n').Skip(1))
                if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 9 } fields
                    && fields[3] == ListenState)
                    byInode[fields[9]] =
                        int.Parse(fields[1][(fields[1].LastIndexOf(':') + 1)..], NumberStyles.HexNumber);
        var ports = new SortedSet<int>();
        foreach (var inode in processes.SelectMany(SocketsOf))
            if (byInode.TryGetValue(inode, out var port)) ports.Add(port);
        return ports;
    }

    private static List<string> SocketsOf(int pid)
    {
        var inodes = new List<string>();
        try
        {
            foreach (var descriptor in Directory.EnumerateFiles($"/proc/{pid}/fd"))
                if (new FileInfo(descriptor).LinkTarget is { } target
                    && target.StartsWith("socket:[", StringComparison.Ordinal))
                    inodes.Add(target["socket:[".Length..^1]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process has ended meanwhile, or belongs to somebody else; then nothing is known of it.
        }
        return inodes;
    }
}

using Headway.Node.Instances;

namespace Headway.Node.Control;

/// <summary>
/// When the server last answered, in <see cref="Environment.TickCount64"/>: leases run from it. It is kept on disk
/// (once a second at most), so that a restart of control neither renews a lease nor ends one.
/// </summary>
internal sealed class ServerHeard(string path)
{
    private long _ticks = Load(path);
    private long _saved;

    public long Ticks => Interlocked.Read(ref _ticks);

    public void Now()
    {
        var now = Environment.TickCount64;
        Interlocked.Exchange(ref _ticks, now);
        var saved = Interlocked.Read(ref _saved);
        if (now - saved < 1000 || Interlocked.CompareExchange(ref _saved, now, saved) != saved) return;
        try
        {
            // A torn or lost write only makes a lease end early, so it is not worth waiting for the disk.
            File.WriteAllText(path, $"{Gateway.HostBoot.Id} {now}\n");
        }
        catch (IOException)
        {
            // A full disk is reported by those who cannot go on without it.
        }
    }

    private static long Load(string path) =>
        GroupFiles.TryRead(path)?.Split(' ') is [var boot, var ticks] && boot == Gateway.HostBoot.Id
        && long.TryParse(ticks, out var heard) ? Math.Min(heard, Environment.TickCount64) : 0;
}

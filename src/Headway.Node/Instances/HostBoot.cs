namespace Headway.Node.Instances;

/// <summary>Identity of this boot of the host: process ids, start ticks and monotonic time begin again with it.</summary>
public static class HostBoot
{
    public static string Id { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
}

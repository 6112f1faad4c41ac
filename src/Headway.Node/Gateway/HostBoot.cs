namespace Headway.Node.Gateway;

/// <summary>Identity of the host's boot: `Environment.TickCount64` counts from it.</summary>
public static class HostBoot
{
    private const string Path = "/proc/sys/kernel/random/boot_id";

    public static string Id { get; } = File.Exists(Path) ? File.ReadAllText(Path).Trim() : "unknown";
}

using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Headway.Node.Instances;
using static Headway.Cli.Machine.CheckState;

namespace Headway.Cli.Machine;

/// <summary>Everything that `headway doctor` looks at. Nothing is changed that stays.</summary>
internal static class Examination
{
    public static async Task<ImmutableArray<MachineCheck>> RunAsync(string data, CancellationToken stop) =>
    [
        await DotnetAsync(stop),
        await GitAsync(stop),
        Groups(),
        await SandboxAsync(stop),
        Containers(),
        Ports(),
        await PostgresAsync(stop),
        Clock(),
        Machine(),
        Folder(data),
    ];

    private static async Task<MachineCheck> DotnetAsync(CancellationToken stop)
    {
        var sdks = await Tool.RunAsync("dotnet", ["--list-sdks"], null, stop);
        if (sdks is { Ok: true } && sdks.Output.Split('\n').LastOrDefault(line => line.StartsWith("10.")) is { } newest)
            return new("dotnet", Good, $".NET SDK {newest.Split(' ')[0]}");
        return new("dotnet", Limited, $"runs on .NET {Environment.Version}, and no .NET 10 SDK is on the path",
            "Install the .NET 10 SDK to build .NET services here: https://dotnet.microsoft.com/download");
    }

    private static async Task<MachineCheck> GitAsync(CancellationToken stop) =>
        await Tool.RunAsync("git", ["--version"], null, stop) is { Ok: true } git
            ? new("git", Good, git.Output)
            : new("git", Missing, "git is not on the path; commits are read with it", "apt-get install git");

    private static MachineCheck Groups()
    {
        if (!OperatingSystem.IsLinux())
            return new("cgroup", Limited, "no control groups on this system: instances are not limited");
        var says = ControlGroups.Describe();
        return says.StartsWith("no ", StringComparison.Ordinal)
            ? new("cgroup", Limited, says,
                "Run the node as root, or under a service manager that delegates control groups.")
            : new("cgroup", Good, says);
    }

    /// <summary>The sandbox that a runner would find; it is tried with a real command.</summary>
    private static async Task<MachineCheck> SandboxAsync(CancellationToken stop)
    {
        var (says, limited) = await Headway.Node.Jobs.SandboxWords.FoundAsync(stop);
        return limited is null ? new("sandbox", Good, $"jobs get {says}") : new("sandbox", Limited, $"jobs get {says}", limited);
    }

    private static MachineCheck Containers() => Headway.Node.Jobs.SandboxWords.Engine() is { } engine
        ? new("images", Good, $"jobs with an `image` run through {engine}")
        : new("images", Limited, "neither podman nor docker: jobs with an `image` are refused", "apt-get install podman");

    private static MachineCheck Ports()
    {
        var refused = new List<string>();
        foreach (var address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
            try
            {
                using var listener = new TcpListener(address, 0);
                listener.Start();
            }
            catch (SocketException problem)
            {
                refused.Add($"{address}: {problem.Message}");
            }
        return refused switch
        {
            [] => new("ports", Good, "can listen on 127.0.0.1 and ::1"),
            [var one] => new("ports", Limited, $"cannot listen on {one}"),
            _ => new("ports", Missing, $"cannot listen on {string.Join(", ", refused)}",
                "Bring the loopback interface up: ip link set lo up"),
        };
    }

    private static async Task<MachineCheck> PostgresAsync(CancellationToken stop)
    {
        var folder = new DirectoryInfo("/usr/lib/postgresql");
        var newest = folder.Exists
            ? folder.GetDirectories().Select(version => version.Name).Order(StringComparer.Ordinal).LastOrDefault()
                : null;
        if (newest is not null) return new("postgres", Good, $"PostgreSQL {newest} is installed");
        return await Tool.RunAsync("psql", ["--version"], null, stop) is { Ok: true } client
            ? new("postgres", Good, client.Output)
            : new("postgres", Limited, "not installed; the embedded SQLite store is the default and needs nothing",
                "`headway test` installs it for its own tests: apt-get install postgresql");
    }

    private static MachineCheck Clock()
    {
        var now = DateTimeOffset.UtcNow;
        var says = now.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        return File.GetLastWriteTimeUtc(typeof(Examination).Assembly.Location) > now.UtcDateTime.AddMinutes(5)
            ? new("clock", Limited, $"{says} is before this program was built",
                "Set the clock: evidence and history carry its time.")
            : new("clock", Good, says);
    }

    private static MachineCheck Machine()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var says = $"{Environment.ProcessorCount} cores, {memory / (1 << 30)} GiB of memory";
        return memory < 1L << 30 ? new("machine", Limited, says,
            "1 GiB is about the least for the server and one small service.")
            : new("machine", Good, says);
    }

    private static MachineCheck Folder(string data)
    {
        var existing = data;
        while (!Directory.Exists(existing)) existing = Path.GetDirectoryName(existing) ?? "/";
        try
        {
            var probe = Path.Combine(existing, $".headway-doctor-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return new("data", Missing, $"cannot write to {data}: {refused.Message}",
                "Choose another folder with --data or HEADWAY_DATA.");
        }
        var free = new DriveInfo(existing).AvailableFreeSpace >> 30;
        return free < 2 ? new("data", Limited, $"{data}: only {free} GiB free",
            "Artifacts and evidence need room; 2 GiB is little.")
            : new("data", Good, $"{data}, {free} GiB free");
    }
}

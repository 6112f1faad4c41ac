using Headway.Node.Jobs.Containers;

namespace Headway.Node.Jobs;

/// <summary>What a runner on this machine could give to jobs, for a person who asks before there is one.</summary>
public static class SandboxWords
{
    /// <summary>What jobs get, and what would give them more; null where that is all there is.</summary>
    public static async Task<(string Says, string? More)> FoundAsync(CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("headway-doctor-").FullName;
        try
        {
            var sandbox = await Sandbox.DetectAsync(new(new("http://127.0.0.1"), "", "doctor", folder), stop);
            var more = sandbox.Isolation is Isolation.Bubblewrap ? null
                : sandbox.Tools.Bubblewrap is null ? "apt-get install bubblewrap"
                : "Let this system make namespaces, or run the runner as root.";
            return (sandbox.Isolation.Says(sandbox.Uid is not null), more);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Path of podman or docker, or null.</summary>
    public static string? Engine() => ContainerEngine.Find()?.Program;
}

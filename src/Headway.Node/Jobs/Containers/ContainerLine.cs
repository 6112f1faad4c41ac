using System.Diagnostics;
using System.Globalization;
using Headway.Core.Nodes;

namespace Headway.Node.Jobs.Containers;

/// <summary>How the command of a job is started in a container: the same promises as in the sandbox.</summary>
internal static class ContainerLine
{
    /// <summary>Says whose container it is, so that a runner that was killed finds its own at its next start.</summary>
    public static string LabelOf(string home) => $"headway.runner={home}";

    private static readonly string[] OfTheMachine =
        ["PATH", "SHELL", "DOTNET_ROOT", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO",
        "CURL_CA_BUNDLE"];

    /// <param name="beside">Container whose network it shares, or null.</param>
    public static ProcessStartInfo Start(
        ContainerEngine engine, string name, string? beside,
        (Sandbox Sandbox, JobFolder Folder, JobOrder Order, JobLimits Limits) job)
    {
        var (sandbox, folder, order, limits) = job;
        var user = $"{sandbox.Uid ?? 0}:{sandbox.Uid ?? 0}";
        var network = order.Network ? "host" : beside is null ? "none" : $"container:{beside}";
        var line = new List<string>
        {
            "--pdeathsig", "KILL", "--", "/bin/sh", "-c", "exec \"$@\" 2>&1 < /dev/null", "sh", engine.Program, "run", "--rm",
            "--name", name, "--label", LabelOf(sandbox.Home), "--network", network, "--user", user, "--workdir", "/job",
            "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--log-driver", "none",
            "--pids-limit", limits.Processes.ToString(CultureInfo.InvariantCulture),
            "--volume", $"{folder.Source}:/job", "--volume", $"{folder.Temporary}:/tmp",
            "--volume", $"{folder.Home}:/home/job", "--entrypoint", "/bin/sh",
        };
        line.AddRange(["--memory", (limits.MemoryBytes ?? JobLimits.HalfOfMachine).ToString(CultureInfo.InvariantCulture)]);
        if (limits.Cpu is { } cpu) line.AddRange(["--cpus", cpu.ToString(CultureInfo.InvariantCulture)]);
        foreach (var (key, value) in JobVariables.Of(order, "/home/job", "/tmp", sandbox.Tools))
            if (!OfTheMachine.Contains(key)) line.AddRange(["--env", $"{key}={value}"]);
        if (folder.SecretsGiven is { } secrets) line.AddRange(["--volume", $"{secrets}:{JobSecrets.Seen}:ro"]);
        line.AddRange([order.Room!.Image!, .. JobSecrets.Command(order, JobSecrets.Seen).Skip(1)]);
        var start = new ProcessStartInfo("/usr/bin/setpriv") { RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var word in line) start.ArgumentList.Add(word);
        return start;
    }
}

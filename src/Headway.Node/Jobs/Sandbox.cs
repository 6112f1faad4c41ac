using System.Collections.Immutable;
using System.Diagnostics;
using Headway.Core.Nodes;

namespace Headway.Node.Jobs;

/// <summary>How jobs are started on this machine: which isolation works, under which user, with which tools.</summary>
/// <param name="Uid">Owner of what jobs do, or null when the runner is not root and jobs are its own user's.</param>
/// <param name="Home">Folder under which job folders are made; reachable for the job's user.</param>
internal sealed record Sandbox(Isolation Isolation, int? Uid, string Home, Tools Tools, JobLimits Limits)
{
    public static async Task<Sandbox> DetectAsync(RunnerOptions options, CancellationToken stop)
    {
        var tools = Tools.Find();
        int? uid = Posix.IsRoot ? options.Uid : null;
        var sandbox = new Sandbox(Isolation.Namespaces, uid, options.Data, tools, options.Limits);
        if (Posix.IsRoot && await sandbox.WorksAsync(stop)) return sandbox;
        if (!Posix.IsRoot)
        {
            sandbox = sandbox with { Isolation = Isolation.UserNamespaces };
            if (await sandbox.WorksAsync(stop)) return sandbox;
        }
        // Without a root folder of its own the job's user has to get through every folder above the job.
        var home = uid is null ? options.Data : Path.Combine("/var/tmp", $"headway-jobs-{options.Uid}");
        return sandbox with { Isolation = Isolation.Session, Home = home };
    }

    public JobFolder MakeFolder() => JobFolder.Make(Home, Uid, open: Isolation is Isolation.Session);

    /// <summary>Where the job sees its source.</summary>
    public string SourceSeen(JobFolder folder) => Isolation is Isolation.Session ? folder.Source : "/job";

    public ProcessStartInfo Start(JobFolder folder, JobOrder order, ControlGroup group)
    {
        File.WriteAllText(
            folder.Script, Isolation is Isolation.Session ? SandboxScript.InSession : SandboxScript.InNamespaces);
        File.WriteAllText(folder.Users, UserFile());
        // The signal at the end of the parent lets nothing outlive a killed runner.
        var start = new ProcessStartInfo("/usr/bin/setsid")
        {
            RedirectStandardOutput = true, RedirectStandardInput = true,
        };
        string[] line =
            ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--", .. Unshare(order.Network), "/bin/sh", folder.Script,
            .. CleanCommand(folder, order)];
        foreach (var word in line) start.ArgumentList.Add(word);
        start.Environment.Clear();
        foreach (var (name, value) in Parameters(folder, order, group)) start.Environment[name] = value;
        return start;
    }

    private ImmutableArray<string> Unshare(bool network)
    {
        if (Isolation is Isolation.Session) return [];
        ImmutableArray<string> spaces = ["--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child=KILL"];
        if (!network) spaces = spaces.Add("--net");
        if (Isolation is Isolation.UserNamespaces) spaces = [.. spaces, "--user", "--map-root-user"];
        return ["/usr/bin/unshare", .. spaces, "--"];
    }

    private Dictionary<string, string> Parameters(JobFolder folder, JobOrder order, ControlGroup group) => new()
    {
        ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin",
        ["JAIL"] = folder.Jail, ["SOURCE"] = folder.Source, ["TEMPORARY"] = folder.Temporary, ["CACHE"] = folder.Cache,
        ["USERS"] = folder.Users, ["TOOLS"] = string.Join(' ', Tools.Folders),
        ["GROUPS_"] = string.Join(' ', group.Groups),
        ["NETWORK"] = order.Network ? "yes" : "no",
        ["RIGHTS"] = Rights(),
        // Limits count processes by user; where that is the runner's own user its other processes would count too.
        ["LIMITS"] = Uid is null ? $"--core=0 --fsize={Limits.DiskBytes}"
            : $"--core=0 --fsize={Limits.DiskBytes} --nproc={Limits.Processes}",
    };

    private string Rights()
    {
        const string none = "--no-new-privs --inh-caps=-all";
        if (Uid is { } uid)
            return $"--reuid {uid} --regid {uid} --clear-groups --bounding-set=-all {none} --pdeathsig KILL";
        return Isolation is Isolation.UserNamespaces ? $"--bounding-set=-all {none}" : $"{none} --pdeathsig KILL";
    }

    private ImmutableArray<string> CleanCommand(JobFolder folder, JobOrder order)
    {
        var home = Isolation is Isolation.Session ? folder.Cache : "/home/job";
        var variables = JobVariables.Of(order, home, Isolation is Isolation.Session ? folder.Temporary : "/tmp", Tools);
        return ["/usr/bin/env", "-i", "-C", SourceSeen(folder), .. variables.Select(each => $"{each.Key}={each.Value}"),
            "/bin/sh", "-c", order.Command];
    }

    private string UserFile()
    {
        var uid = Uid ?? 0;
        return $"root:x:0:0:root:/:/usr/sbin/nologin\njob:x:{uid}:{uid}:job:/home/job:/bin/sh\n";
    }

    private async Task<bool> WorksAsync(CancellationToken stop)
    {
        var order = new JobOrder(
            "probe", "probe", "", "true", null, [], [], TimeSpan.FromSeconds(10), 4096, Network: false);
        var folder = MakeFolder();
        using var group =
            ControlGroup.Make($"headway-probe-{Environment.ProcessId}", long.MaxValue / 2, Limits.Processes);
        try
        {
            await using var process =
                JobProcess.Start(Start(folder, order, group), (_, _) => ValueTask.CompletedTask, () => { });
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(order.Timeout);
            return await process.ExitedAsync(limit.Token) == 0;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or OperationCanceledException)
        {
            stop.ThrowIfCancellationRequested();
            return false;
        }
        finally
        {
            folder.Delete();
        }
    }
}

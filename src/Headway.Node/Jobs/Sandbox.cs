using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Headway.Core.Nodes;
using Headway.Core.Pipelines;
using Headway.Node.Jobs.Beside;

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
        foreach (var isolation in options.Sandbox is SandboxChoice.Off ? [] : Wanted(tools))
        {
            var sandbox = new Sandbox(isolation, uid, options.Data, tools, options.Limits);
            if (await sandbox.WorksAsync(stop)) return sandbox;
        }
        if (options.Sandbox is SandboxChoice.Required) throw new NoSandboxException();
        return new(Isolation.Session, uid, SessionHome(options, uid), tools, options.Limits);
    }

    /// <summary>Without a root folder of its own the job's user has to get through every folder above the job.</summary>
    public static string SessionHome(RunnerOptions options, int? uid) =>
        uid is null ? options.Data : Path.Combine("/var/tmp", $"headway-jobs-{options.Uid}");

    public JobFolder MakeFolder() => MakeFolder("shared");

    /// <param name="keep">Name of the home that is kept for the next job of the same name; null: a fresh one.</param>
    public JobFolder MakeFolder(string? keep) => JobFolder.Make(Home, keep, Uid, open: Isolation is Isolation.Session);

    /// <summary>Where the job sees its source.</summary>
    public string SourceSeen(JobFolder folder) => Isolation is Isolation.Session ? folder.Source : "/job";

    public string HomeSeen(JobFolder folder) => Isolation is Isolation.Session ? folder.Home : "/home/job";

    /// <summary>The number that the job itself is told when it asks who it is.</summary>
    public int UidSeen => Uid ?? (Isolation is Isolation.Bubblewrap ? BubblewrapLine.NotRoot : 0);

    public ProcessStartInfo Start(JobFolder folder, JobOrder order, ControlGroup group) =>
        Start(folder, order, group, Companions.None);

    public ProcessStartInfo Start(JobFolder folder, JobOrder order, ControlGroup group, Companions companions)
    {
        var room = order.Room ?? JobRoom.Plain;
        var limits = Limits.For(room.Bounds);
        // The signal at the end of the parent lets nothing outlive a killed runner.
        var start = new ProcessStartInfo("/usr/bin/setsid")
        {
            RedirectStandardOutput = true, RedirectStandardInput = true,
        };
        File.WriteAllText(folder.Users, UserFile());
        var ownNetwork = !order.Network && companions.Network is null;
        string[] enter = companions.Network is { } network ? ["/usr/bin/nsenter", $"--net={network}", "--"] : [];
        string[] line = ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--", .. enter, .. Inside(folder, ownNetwork, room),
            .. CleanCommand(folder, order, companions)];
        foreach (var word in line) start.ArgumentList.Add(word);
        start.Environment.Clear();
        foreach (var (name, value) in Parameters(folder, ownNetwork, room)) start.Environment[name] = value;
        start.Environment["GROUPS_"] = string.Join(' ', group.Groups);
        start.Environment["RIGHTS"] = Rights();
        start.Environment["LIMITS"] = RightsOfUse(limits, group);
        return start;
    }

    private static IEnumerable<Isolation> Wanted(Tools tools)
    {
        if (tools.Bubblewrap is not null) yield return Isolation.Bubblewrap;
        yield return Posix.IsRoot ? Isolation.Namespaces : Isolation.UserNamespaces;
    }

    /// <summary>Everything before the clean command: it makes the namespaces and gives up every right.</summary>
    private ImmutableArray<string> Inside(JobFolder folder, bool ownNetwork, JobRoom room)
    {
        if (Isolation is Isolation.Session) return ["/bin/sh", "-c", SandboxScript.InSession, "sh"];
        if (Isolation is Isolation.Bubblewrap)
            return ["/bin/sh", "-c", SandboxScript.IntoBubblewrap, "sh", Tools.Bubblewrap!,
                .. BubblewrapLine.Of(folder, Tools, Uid, ownNetwork, room.Writes),
                "/usr/bin/setpriv", .. Rights().Split(' '), "--", "/bin/sh", "-c", SandboxScript.InBubblewrap, "sh"];
        File.WriteAllText(folder.Script, SandboxScript.InNamespaces);
        return [.. Unshare(ownNetwork), "/bin/sh", folder.Script];
    }

    private ImmutableArray<string> Unshare(bool ownNetwork)
    {
        ImmutableArray<string> spaces = ["--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child=KILL"];
        if (ownNetwork) spaces = spaces.Add("--net");
        if (Isolation is Isolation.UserNamespaces) spaces = [.. spaces, "--user", "--map-root-user"];
        return ["/usr/bin/unshare", .. spaces, "--"];
    }

    private Dictionary<string, string> Parameters(JobFolder folder, bool ownNetwork, JobRoom room) => new()
    {
        ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin",
        ["JAIL"] = folder.Jail, ["SOURCE"] = folder.Source, ["TEMPORARY"] = folder.Temporary, ["CACHE"] = folder.Home,
        ["BESIDE"] = folder.Beside, ["USERS"] = folder.Users, ["TOOLS"] = string.Join(' ', Tools.Folders),
        ["NETWORK"] = ownNetwork ? "no" : "yes",
        ["READONLY"] = room.Writes is null ? "no" : "yes",
        ["WRITES"] = string.Join('\n', room.Writes ?? []),
        ["SECRETS"] = folder.SecretsGiven ?? "",
    };

    /// <summary>Limits of each process, where none of a control group holds for all of them.</summary>
    private string RightsOfUse(JobLimits limits, ControlGroup group)
    {
        var held = new List<string> { "--core=0", string.Create(CultureInfo.InvariantCulture, $"--fsize={limits.DiskBytes}") };
        // Limits count processes by user; where that is the runner's own user its other processes would count too.
        if (Uid is not null) held.Add($"--nproc={limits.Processes}");
        if (limits.MemoryAsked && !group.Holds("memory")) held.Add($"--data={limits.MemoryBytes}");
        return string.Join(' ', held);
    }

    private string Rights()
    {
        const string none = "--no-new-privs --inh-caps=-all";
        if (Uid is { } uid)
            return $"--reuid {uid} --regid {uid} --clear-groups --bounding-set=-all {none} --pdeathsig KILL";
        return Isolation is Isolation.UserNamespaces ? $"--bounding-set=-all {none}" : $"{none} --pdeathsig KILL";
    }

    private ImmutableArray<string> CleanCommand(JobFolder folder, JobOrder order, Companions companions)
    {
        var variables = JobVariables.Of(
            order, HomeSeen(folder), Isolation is Isolation.Session ? folder.Temporary : "/tmp", Tools);
        foreach (var (name, value) in companions.Variables) variables[name] = value;
        ImmutableArray<string> clean =
            ["/usr/bin/env", "-i", "-C", SourceSeen(folder), .. variables.Select(each => $"{each.Key}={each.Value}")];
        var command = JobSecrets.Command(order, Isolation is Isolation.Session ? folder.Secrets : JobSecrets.Seen);
        if (companions.IsEmpty) return [.. clean, .. command];
        var logs = Isolation is Isolation.Session ? folder.Beside : "/beside";
        return [.. clean, "/bin/sh", "-c", companions.Script(logs), "sh", .. command];
    }

    private string UserFile() =>
        $"root:x:0:0:root:/:/usr/sbin/nologin\njob:x:{UidSeen}:{UidSeen}:job:/home/job:/bin/sh\n";

    /// <summary>Tried with a real command, since what a system allows cannot be asked.</summary>
    public async Task<bool> WorksAsync(CancellationToken stop)
    {
        var order = new JobOrder(
            "probe", "probe", "", "true", null, [], [], TimeSpan.FromSeconds(10), 4096, Network: false);
        var folder = MakeFolder();
        using var group = ControlGroup.Make($"headway-probe-{Guid.NewGuid():N}", new());
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

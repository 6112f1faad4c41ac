using System.Globalization;
using System.Text;
using Headway.Core.Nodes;

namespace Headway.Node.Jobs;

/// <summary>
/// Ends what a job left running where no namespace does it: everything of the job's user, or everything that carries
/// the mark of a job in its environment. Repeats until nothing is found, since a process may start others meanwhile.
/// </summary>
internal static class Leftovers
{
    private const int Rounds = 50;

    public static void End(Sandbox sandbox, JobOrder order)
    {
        if (sandbox.Isolation is Isolation.Session) End(sandbox, $"HEADWAY_JOB={order.Job}");
    }

    /// <summary>What a runner that was killed may have left: the marks of every job of this runner's home.</summary>
    public static void EndAll(Sandbox sandbox)
    {
        if (sandbox.Isolation is Isolation.Session) End(sandbox, $"HOME={sandbox.Home}/*");
    }

    private static void End(Sandbox sandbox, string mark)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var found = Processes().Where(pid => Belongs(pid, sandbox.Uid, mark)).ToList();
            if (found.Count == 0) return;
            foreach (var pid in found) Posix.Signal(pid, Posix.Kill);
            Thread.Sleep(10);
        }
    }

    private static bool Belongs(int pid, int? uid, string mark)
    {
        try
        {
            if (uid is { } owner) return Posix.Look($"/proc/{pid}").Owner == owner && !IsDead(pid);
            var environment = File.ReadAllBytes($"/proc/{pid}/environ");
            return Encoding.UTF8.GetString(environment).Split('\0').Any(each => Is(each, mark)) && !IsDead(pid);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool Is(string variable, string mark) =>
        mark.EndsWith('*') ? variable.StartsWith(mark[..^1], StringComparison.Ordinal) : variable == mark;

    private static bool IsDead(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        return stat.AsSpan(stat.LastIndexOf(')') + 2) is ['Z' or 'X', ..];
    }

    private static IEnumerable<int> Processes() =>
        Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Select(name => int.TryParse(name, NumberStyles.None, null, out var pid) ? pid : 0).Where(pid => pid > 0);
}

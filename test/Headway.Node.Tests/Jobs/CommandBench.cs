using System.Text;
using Headway.Core.Nodes;
using Headway.Core.Pipelines;
using Headway.Node.Jobs;
using Xunit;

namespace Headway.Node.Tests.Jobs;

/// <summary>Runs commands in the sandbox that this machine allows, as the runner would.</summary>
internal sealed class CommandBench : IDisposable
{
    private CommandBench(string data, Sandbox sandbox)
    {
        (Data, Sandbox) = (data, sandbox);
        Folder = sandbox.MakeFolder();
    }

    public string Data { get; }
    public Sandbox Sandbox { get; private set; }
    public JobFolder Folder { get; }
    public bool HasNamespaces => Sandbox.Isolation is not Isolation.Session;

    public static async Task<CommandBench> MakeAsync(JobLimits? limits = null, Isolation? isolation = null)
    {
        var data = Directory.CreateTempSubdirectory("headway-jobs-").FullName;
        var options = new RunnerOptions(new("http://127.0.0.1:1"), "", "bench", data) { Limits = limits ?? new() };
        var sandbox = await Sandbox.DetectAsync(options, TestContext.Current.CancellationToken);
        if (isolation is { } wanted)
        {
            sandbox = sandbox with { Isolation = wanted, Home = Path.Combine("/var/tmp", Path.GetFileName(data)) };
            Directory.CreateDirectory(sandbox.Home);
        }
        return new(data, sandbox);
    }

    /// <summary>In one certain sandbox; skips where this machine cannot make it.</summary>
    public static async Task<CommandBench> InAsync(string isolation)
    {
        var wanted = Enum.Parse<Isolation>(isolation);
        Assert.SkipWhen(wanted is Isolation.Namespaces && !Posix.IsRoot, "Only root makes namespaces without one of users.");
        Assert.SkipWhen(wanted is Isolation.UserNamespaces && Posix.IsRoot, "Root needs no namespace of users.");
        Assert.SkipWhen(
            wanted is Isolation.Bubblewrap && Tools.Find().Bubblewrap is null, "bubblewrap is not installed.");
        var data = Directory.CreateTempSubdirectory("headway-jobs-").FullName;
        var options = new RunnerOptions(new("http://127.0.0.1:1"), "", "bench", data);
        var sandbox = new Sandbox(wanted, Posix.IsRoot ? options.Uid : null, data, Tools.Find(), new());
        if (!await sandbox.WorksAsync(TestContext.Current.CancellationToken))
        {
            Directory.Delete(data, recursive: true);
            Assert.Skip($"This system does not allow {isolation}.");
        }
        return new(data, sandbox);
    }

    public void NeedNamespaces() =>
        Assert.SkipUnless(
            HasNamespaces, "This system allows no namespaces, so jobs are only kept apart by user and session.");

    public static void NeedRoot() => Assert.SkipUnless(Posix.IsRoot, "Only root gives jobs a user of their own.");

    public async Task<(int Code, string Output)> RunAsync(
        string command, bool network = false, JobRoom? room = null)
    {
        var output = new StringBuilder();
        using var group = ControlGroup.Make(
            $"headway-test-{Path.GetFileName(Data)}",
            Sandbox.Limits.For((room ?? JobRoom.Plain).Bounds) with { MemoryBytes = Sandbox.Limits.MemoryBytes ?? 1L << 30 });
        await using var process = Start(command, group, output, network, room);
        var code = await process.ExitedAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(120));
        return (code, output.ToString());
    }

    public JobProcess Start(
        string command, ControlGroup group, StringBuilder output, bool network = false, JobRoom? room = null) =>
        JobProcess.Start(Sandbox.Start(Folder, Order(command, network, room), group), (bytes, _) =>
        {
            lock (output) output.Append(Encoding.UTF8.GetString(bytes.Span));
            return ValueTask.CompletedTask;
        }, () => Leftovers.End(Sandbox, Order(command, network)));

    public static JobOrder Order(string command, bool network = false, JobRoom? room = null) =>
        new("shop-1/test", "shop", "9f2c1ab", command, null, [], [], TimeSpan.FromMinutes(1), 1 << 20, network)
        {
            Room = room,
        };

    /// <summary>Host processes that have the word on their command line.</summary>
    public static List<int> ProcessesWith(string word) =>
        [.. Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _))
            .Where(folder => CommandLine(folder).Contains(word, StringComparison.Ordinal))
                .Select(folder => int.Parse(Path.GetFileName(folder)))];

    public static async Task UntilAsync(Func<bool> holds, string says)
    {
        for (var deadline = DateTime.UtcNow.AddSeconds(120); !holds(); await Task.Delay(20))
            Assert.True(DateTime.UtcNow < deadline, says);
    }

    public void Dispose()
    {
        Folder.Delete();
        if (Sandbox.Home != Data && Directory.Exists(Sandbox.Home)) Directory.Delete(Sandbox.Home, recursive: true);
        Directory.Delete(Data, recursive: true);
    }

    private static string CommandLine(string folder)
    {
        try { return File.ReadAllText(Path.Combine(folder, "cmdline")); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return ""; }
    }
}

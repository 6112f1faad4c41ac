using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Headway.Core.Nodes;
using Headway.Core.Secrets;
using Headway.Core.Services;
using Headway.Node.Instances;
using Headway.Node.Jobs;
using Headway.Node.Tests.Programs;
using Xunit;

namespace Headway.Node.Tests.Instances;

/// <summary>Secrets of instances, with real processes: handed over at the start, and nowhere on the node's disk.</summary>
public sealed class InstanceSecretTests
{
    private const string Release = "shop-1-aaaaaaa", First = "pg-3fK9sQ2x-first", Second = "pg-8dJ4tW6z-second", Cert = "cert-5hN7uE1m";

    private static readonly RunSpec Run = TestNode.Web() with
    {
        Command = "echo \"given $DATABASE at $CERT\"; cat \"$CERT\" >&2; echo >&2; exec dotnet web.dll test-web",
        Secrets = [new("DATABASE", "db", false), new("CERT", "shop/cert", true)],
    };

    [Fact]
    public async Task They_are_in_its_environment_and_in_a_file_for_its_user_and_what_it_writes_is_masked()
    {
        await using var node = await StartAsync();
        node.Place(Release, node.WebArtifact(), Run, 1);
        var instance = (await node.ReadyAsync(Release)).Instances.Single();
        Assert.Equal(1, instance.Secrets!["db"]);
        var variables = File.ReadAllText($"/proc/{instance.Pid}/environ").Split('\0');
        Assert.Contains($"DATABASE={First}", variables);
        var file = variables.Single(v => v.StartsWith("CERT=", StringComparison.Ordinal))["CERT=".Length..];
        Assert.Equal(Cert, File.ReadAllText(file));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(file));
        if (Directory.Exists("/dev/shm")) Assert.StartsWith("/dev/shm/", file);
        Assert.Equal(new SecretsAsked(TestNode.Lane, Release, instance.Id), Assert.Single(node.Server.SecretsAsked, asked => !asked.ToMask));

        await node.EventuallyAsync(() => Lines(node).Any(line => line.StartsWith("given ", StringComparison.Ordinal)));
        await node.EventuallyAsync(() => Lines(node).Contains(new string('*', Cert.Length)));
        Assert.Contains($"given {new string('*', First.Length)} at {file}", Lines(node));
        NowhereIn(node.Data);

        node.Server.Want(desired => desired with { Workloads = [] });
        await node.EventuallyAsync(() => !File.Exists(file));
    }

    [Fact]
    public async Task While_the_server_is_away_a_dead_instance_gets_what_control_remembers_and_a_new_control_waits()
    {
        await using var node = await StartAsync();
        node.Place(Release, node.WebArtifact(), Run, 1);
        var first = (await node.ReadyAsync(Release)).Instances.Single();
        node.Server.Refuse = 503;
        Process.GetProcessById(first.Pid).Kill();
        var record = Path.Combine(node.Data, "instances", first.Id, "started");
        var again = await node.EventuallyAsync(() => RunningPid(record) is { } pid && pid != first.Pid
            && Environ(pid).Contains($"DATABASE={First}", StringComparison.Ordinal) ? $"{pid}" : null);

        await node.StopAsync();
        Process.GetProcessById(int.Parse(again)).Kill();
        await node.EventuallyAsync(() => ProcessIdentity.Of(int.Parse(again)) is null);
        node.Run();
        // Only the server has them: asking goes on, and nothing is started without them.
        var asked = node.Server.Asked.Count(path => path.EndsWith("/secrets", StringComparison.Ordinal));
        await node.EventuallyAsync(() => node.Server.Asked.Count(path => path.EndsWith("/secrets", StringComparison.Ordinal)) > asked + 1);
        Assert.Null(RunningPid(record));
        node.Server.Refuse = null;
        await node.SeenAsync(Release, seen => seen.Instances is [{ State: "ready" } now] && now.Pid != first.Pid);
        // What it wrote itself is covered, also on the disk, when it is read to be sent, which the server's absence put off.
        await node.EventuallyAsync(() => Found(node.Data) is null);
    }

    [Fact]
    public async Task A_control_that_was_restarted_masks_what_an_instance_goes_on_to_write()
    {
        await using var node = await StartAsync();
        var gate = Path.Combine(node.Data, "gate");
        node.Place(Release, node.WebArtifact(), Run with
        {
            Command = $"echo up; (until [ -e {gate} ]; do sleep 0.05; done; echo \"late $DATABASE\") & exec dotnet web.dll test-web",
        }, 1);
        await node.ReadyAsync(Release);
        await node.StopAsync();
        await File.WriteAllTextAsync(gate, "", TestContext.Current.CancellationToken);
        node.Run();
        await node.EventuallyAsync(() => Lines(node).Contains($"late {new string('*', First.Length)}"));
        Assert.Contains(node.Server.SecretsAsked, asked => asked.ToMask);
        Assert.DoesNotContain(Lines(node), line => line.Contains(First, StringComparison.Ordinal));
        NowhereIn(node.Data);
    }

    [Fact]
    public async Task What_is_refused_is_a_failure_of_the_release_with_the_reason()
    {
        await using var node = await StartAsync();
        node.Server.Secrets = _ => (null, "The secret `db` is not given to `production`.");
        node.Place(Release, node.WebArtifact(), Run, 1);
        var seen = await node.SeenAsync(Release, workload => workload.Failure is not null);
        Assert.Equal("shop-production-1-aaaaaaa-1 is not started: The secret `db` is not given to `production`.", seen.Failure);
        Assert.Equal("failed", seen.Instances.Single().State);
        node.Server.Secrets = _ => (Handed(First, 1), null);
        await node.ReadyAsync(Release);
    }

    [Fact]
    public async Task Fresh_instances_take_the_place_of_old_ones_one_by_one_with_the_new_version()
    {
        await using var node = await StartAsync();
        node.Place(Release, node.WebArtifact(), Run, 2);
        var old = (await node.ReadyAsync(Release, 2)).Instances.Select(i => i.Id).ToHashSet();
        node.Server.Secrets = _ => (Handed(Second, 2), null);
        var fewest = 2;
        node.Server.Want(desired => desired with { Workloads = [.. desired.Workloads.Select(w => w with { Refresh = 7 })] });
        await node.SeenAsync(Release, seen =>
        {
            fewest = Math.Min(fewest, seen.Instances.Count(i => i.State == "ready"));
            return seen.Instances.Length == 2 && seen.Instances.All(i => i.State == "ready" && i.Secrets!["db"] == 2 && !old.Contains(i.Id));
        });
        Assert.Equal(2, fewest);
    }

    private static async Task<TestNode> StartAsync()
    {
        var node = await TestNode.StartAsync();
        node.Server.Secrets = asked => (asked.ToMask
            ? SecretsHanded.None with { AlsoMask = [Encoding.UTF8.GetBytes(First), Encoding.UTF8.GetBytes(Cert)] } : Handed(First, 1), null);
        return node;
    }

    private static SecretsHanded Handed(string database, int version) => new(
        [new(Run.Secrets[0], version, Encoding.UTF8.GetBytes(database)), new(Run.Secrets[1], 3, Encoding.UTF8.GetBytes(Cert))], []);

    private static int? RunningPid(string started) => GroupFiles.TryRead(started) is { } line && ProcessStat.Parse(line) is { } shim
        && ProcessIdentity.Of(shim.Pid) is not null
        && int.TryParse(GroupFiles.TryRead($"/proc/{shim.Pid}/task/{shim.Pid}/children")?.Split(' ')[0], out var pid) ? pid : null;

    private static string Environ(int pid) => GroupFiles.TryRead($"/proc/{pid}/environ") ?? "";

    private static List<string> Lines(TestNode node) => [.. node.Server.Logs.SelectMany(chunk => chunk.Lines).Select(line => line.Text)];

    private static void NowhereIn(string folder) => Assert.Null(Found(folder));

    private static string? Found(string folder) =>
        (from file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
         where Posix.Look(file).IsRegular
         let text = GroupFiles.TryRead(file) ?? ""
         from secret in (string[])[First, Second, Cert]
         where text.Contains(secret, StringComparison.Ordinal)
         select $"{file} holds {secret}").FirstOrDefault();
}

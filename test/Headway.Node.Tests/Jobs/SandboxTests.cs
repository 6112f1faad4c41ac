using System.Net;
using System.Net.Sockets;
using System.Text;
using Headway.Node.Jobs;
using Xunit;

namespace Headway.Node.Tests.Jobs;

/// <summary>What a command may and may not do; every test runs real processes.</summary>
public sealed class SandboxTests
{
    [Fact]
    public async Task Output_and_exit_code_are_those_of_the_command()
    {
        using var bench = await CommandBench.MakeAsync();
        var (code, output) = await bench.RunAsync("echo out; echo err >&2; exit 7");
        Assert.Equal(7, code);
        Assert.Equal("out\nerr\n", output);
    }

    [Fact]
    public async Task The_environment_is_clean_and_home_is_kept_between_jobs()
    {
        Environment.SetEnvironmentVariable("HEADWAY_TEST_SECRET", "leaked");
        using var bench = await CommandBench.MakeAsync();
        var (_, output) = await bench.RunAsync("env; echo kept > $HOME/kept");
        Assert.DoesNotContain("leaked", output);
        Assert.Contains("HEADWAY_JOB=shop-1/test", output);
        Assert.Equal("kept\n", (await bench.RunAsync("cat $HOME/kept")).Output);
    }

    [Theory]
    [InlineData("setsid sleep 4711$$ > /dev/null 2>&1 &")]
    [InlineData("(setsid sh -c 'setsid sleep 4711$$ & sleep 4711$$ &' &) ; sleep 0.1")]
    [InlineData("nohup sleep 4711$$ & disown 2> /dev/null; true")]
    public async Task Children_that_leave_the_session_die_with_the_job(string command)
    {
        using var bench = await CommandBench.MakeAsync();
        await DiesWithAllAsync(bench, command);
    }

    [Fact]
    public async Task Without_namespaces_children_die_as_well()
    {
        using var bench = await CommandBench.MakeAsync(isolation: Isolation.Session);
        await DiesWithAllAsync(bench, "(setsid sh -c 'setsid sleep 4711$$ & sleep 4711$$ &' &) ; sleep 0.1");
    }

    [Fact]
    public async Task A_killed_job_dies_with_all_that_it_started()
    {
        using var bench = await CommandBench.MakeAsync();
        var word = Unique();
        using var group = ControlGroup.Make("headway-test-kill", new(1L << 30, 100));
        await using var process = bench.Start($"setsid sleep {word} & sleep {word}", group, new());
        await CommandBench.UntilAsync(() => Sleeping(word) >= 2, "The command did not start.");
        process.Kill();
        await process.ExitedAsync(CancellationToken.None);
        await CommandBench.UntilAsync(() => Sleeping(word) == 0, "Something outlived its job.");
    }

    [Fact]
    public async Task Nothing_outside_the_job_can_be_written()
    {
        using var bench = await CommandBench.MakeAsync();
        bench.NeedNamespaces();
        var name = $"headway-escape-{Guid.NewGuid():n}";
        var (_, output) = await bench.RunAsync(
            $"for d in / /etc /usr /opt /var /dev /run /proc /home; do echo x > $d/{name} && echo wrote $d; "
                + $"done 2> /dev/null; echo x > /tmp/{name}; ls /tmp");
        Assert.DoesNotContain("wrote", output);
        Assert.Contains(name, output);
        Assert.False(File.Exists($"/tmp/{name}"), "The job's /tmp is the machine's.");
    }

    [Fact]
    public async Task Files_of_the_host_and_of_the_runner_cannot_be_seen()
    {
        using var bench = await CommandBench.MakeAsync();
        bench.NeedNamespaces();
        var secret = Path.Combine(bench.Data, "token");
        File.WriteAllText(secret, "top secret");
        var (_, output) = await bench.RunAsync(
            $"cat {secret}; ls /root /home/*; cat /proc/1/environ | tr '\\0' '\\n'; cat /etc/shadow; ls -a /run");
        Assert.DoesNotContain("top secret", output);
        Assert.DoesNotContain("root:*", output);
        Assert.DoesNotContain("docker.sock", output);
    }

    [Fact]
    public async Task Without_namespaces_secrets_of_root_stay_closed()
    {
        CommandBench.NeedRoot();
        using var bench = await CommandBench.MakeAsync(isolation: Isolation.Session);
        File.WriteAllText(Path.Combine(bench.Data, "token"), "top secret");
        var (_, output) =
            await bench.RunAsync($"id -u; cat {bench.Data}/token; echo x > /etc/headway-escape && echo wrote");
        Assert.StartsWith($"{bench.Sandbox.Uid}\n", output);
        Assert.DoesNotContain("top secret", output);
        Assert.DoesNotContain("wrote", output);
    }

    [Fact]
    public async Task The_job_has_no_rights_and_cannot_gain_any()
    {
        using var bench = await CommandBench.MakeAsync();
        bench.NeedNamespaces();
        var (_, output) = await bench.RunAsync(
            "grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status; "
                + "mount -t tmpfs none /tmp && echo mounted; chroot / true && echo rooted");
        Assert.Matches(@"CapEff:\s+0000000000000000", output);
        Assert.Matches(@"CapBnd:\s+0000000000000000", output);
        Assert.Matches(@"NoNewPrivs:\s+1", output);
        Assert.DoesNotContain("mounted", output);
        Assert.DoesNotContain("rooted", output);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_network_is_there_only_when_asked_for(bool network)
    {
        using var bench = await CommandBench.MakeAsync();
        bench.NeedNamespaces();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var (_, output) = await bench.RunAsync(
            $"perl -e 'use Socket; socket(S,PF_INET,SOCK_STREAM,0); print "
                + $"connect(S, sockaddr_in({port}, inet_aton(\"127.0.0.1\"))) ? \"reached\" : \"closed: $!\"'",
            network);
        Assert.SkipWhen(output.Contains("not found"), "There is no perl to open a connection with.");
        Assert.Equal(network, output.Contains("reached"));
    }

    [Fact]
    public async Task Tests_of_a_job_can_listen_on_its_own_loopback()
    {
        using var bench = await CommandBench.MakeAsync();
        bench.NeedNamespaces();
        var (_, output) = await bench.RunAsync(
            "perl -e 'use Socket; socket(L,PF_INET,SOCK_STREAM,0); bind(L,sockaddr_in(8080,INADDR_LOOPBACK)) or die $!; "
                + "listen(L,1); socket(S,PF_INET,SOCK_STREAM,0); "
                + "print connect(S, sockaddr_in(8080, INADDR_LOOPBACK)) ? \"reached\" : \"closed: $!\"'");
        Assert.SkipWhen(output.Contains("not found"), "There is no perl to open a connection with.");
        Assert.Contains("reached", output);
    }

    [Fact]
    public async Task A_fork_bomb_stops_at_the_limit()
    {
        CommandBench.NeedRoot();
        using var bench = await CommandBench.MakeAsync(new JobLimits(Processes: 64));
        var (_, output) =
            await bench.RunAsync("i=0; while [ $i -lt 300 ]; do sleep 30 & i=$((i+1)); done 2>&1; echo done");
        Assert.Contains("ork", output);
    }

    [Fact]
    public async Task Memory_is_limited_where_control_groups_can_be_made()
    {
        using var bench = await CommandBench.MakeAsync(new JobLimits(MemoryBytes: 64 << 20));
        using var group = ControlGroup.Make("headway-test-memory", new(64 << 20, 100));
        Assert.SkipWhen(group.Groups.Count == 0, "This system lets us make no control groups.");
        var output = new StringBuilder();
        await using var process = bench.Start("perl -e '$x = \"x\" x (512 << 20); print \"grown\"'", group, output);
        var code = await process.ExitedAsync(CancellationToken.None);
        Assert.NotEqual(0, code);
        Assert.DoesNotContain("grown", output.ToString());
        Assert.True(group.RanOutOfMemory());
    }

    [Fact]
    public async Task A_command_that_reads_gets_the_end_of_file()
    {
        using var bench = await CommandBench.MakeAsync();
        Assert.Equal("0\n", (await bench.RunAsync("cat | wc -c")).Output);
    }

    private static async Task DiesWithAllAsync(CommandBench bench, string command)
    {
        var word = Unique();
        await bench.RunAsync(command.Replace("4711$$", word));
        await CommandBench.UntilAsync(() => Sleeping(word) == 0, "Something outlived its job.");
    }

    private static string Unique() => Random.Shared.Next(100_000_000, 999_999_999).ToString();

    private static int Sleeping(string word) => CommandBench.ProcessesWith($"sleep\0{word}").Count;
}

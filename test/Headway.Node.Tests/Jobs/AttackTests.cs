using System.Net;
using System.Net.Sockets;
using Headway.Core.Pipelines;
using Headway.Node.Jobs;
using Xunit;

namespace Headway.Node.Tests.Jobs;

/// <summary>
/// What the author of a commit may try, in each of the sandboxes that this machine can make; every test runs real
/// processes and looks from outside whether it has worked.
/// </summary>
public sealed class AttackTests
{
    public static TheoryData<string> Sandboxes =>
        [nameof(Isolation.Bubblewrap), nameof(Isolation.Namespaces), nameof(Isolation.UserNamespaces)];

    [Theory, MemberData(nameof(Sandboxes))]
    public async Task The_host_and_other_jobs_cannot_be_read(string isolation)
    {
        using var bench = await CommandBench.InAsync(isolation);
        var other = Path.Combine(bench.Data, "jobs", "other");
        Directory.CreateDirectory(other);
        File.WriteAllText(Path.Combine(other, "source.txt"), "their source");
        File.WriteAllText(Path.Combine(bench.Data, "token"), "top secret");
        var (_, output) = await bench.RunAsync($"""
            cat {other}/source.txt {bench.Data}/token {bench.Folder.Log}; cat /etc/shadow && echo shadow
            ls /root /home /var/lib /sys /boot /mnt /srv 2>/dev/null
            find / -xdev -name token 2>/dev/null; echo over
            """);
        Assert.EndsWith("over\n", output);
        foreach (var secret in new[] { "their source", "top secret", "root:*", "shadow\n" }) Assert.DoesNotContain(secret, output);
    }

    [Theory, MemberData(nameof(Sandboxes))]
    public async Task Only_processes_of_the_job_are_seen_and_none_of_the_runner_s_environment(string isolation)
    {
        Environment.SetEnvironmentVariable("HEADWAY_TEST_SECRET", "leaked");
        using var bench = await CommandBench.InAsync(isolation);
        var (_, output) = await bench.RunAsync(
            "cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'; ls -d /proc/[0-9]* | wc -l; readlink /proc/1/root; "
                + "ls /proc/1/cwd/");
        Assert.DoesNotContain("leaked", output);
        Assert.InRange(int.Parse(output.Split('\n').First(line => int.TryParse(line, out _))), 1, 12);
    }

    [Theory, MemberData(nameof(Sandboxes))]
    public async Task What_is_shown_read_only_stays_so_and_nothing_can_be_mounted_made_or_traced(string isolation)
    {
        using var bench = await CommandBench.InAsync(isolation);
        var word = $"headway-escape-{Guid.NewGuid():N}";
        var (_, output) = await bench.RunAsync($$"""
            for d in / /usr /etc /opt /dev /proc/sys/kernel /run /var /lib /beside; do
                (echo x > $d/{{word}}) 2>/dev/null && echo "wrote $d"
            done
            mount -t tmpfs none /tmp 2>/dev/null && echo mounted
            mount -o remount,rw /usr 2>/dev/null && echo remounted
            umount /etc/passwd 2>/dev/null && echo unmounted
            mknod /tmp/disk b 8 0 2>/dev/null && echo "made a device"
            mknod /tmp/memory c 1 1 2>/dev/null && echo "made a device"
            echo 1 2>/dev/null > /proc/sys/kernel/core_pattern && echo "changed the kernel"
            (echo c > /proc/sysrq-trigger) 2>/dev/null && echo crashed
            perl -e 'exit(syscall(101, 16, 1, 0, 0) == 0 ? 0 : 1)' 2>/dev/null && echo traced
            kill -9 1 2>/dev/null; echo over
            """);
        Assert.Equal("over\n", output);
    }

    [Theory, MemberData(nameof(Sandboxes))]
    public async Task A_program_with_the_right_to_be_root_gives_none(string isolation)
    {
        CommandBench.NeedRoot();
        using var bench = await CommandBench.InAsync(isolation);
        // As an artifact or a cache might bring it: a file of root's that whoever starts it becomes root by.
        var planted = Path.Combine(bench.Folder.Source, "become-root");
        File.Copy("/usr/bin/id", planted);
        File.SetUnixFileMode(planted, (UnixFileMode)0b100_111_101_101);
        var (_, output) = await bench.RunAsync(
            "./become-root -u; cp /bin/sh /tmp/sh && chmod 4755 /tmp/sh && /tmp/sh -p -c 'id -u'; "
                + "for each in su mount newgrp passwd; do command -v $each > /dev/null && $each --version; done 2>/dev/null; true");
        var ids = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => int.TryParse(line, out _)).ToList();
        Assert.Equal(2, ids.Count);
        Assert.All(ids, id => Assert.Equal($"{bench.Sandbox.UidSeen}", id));
    }

    [Theory, MemberData(nameof(Sandboxes))]
    public async Task Services_of_the_host_are_not_reached_by_any_socket(string isolation)
    {
        using var bench = await CommandBench.InAsync(isolation);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var named = Path.Combine(Path.GetTempPath(), $"headway-{Guid.NewGuid():N}.sock");
        using var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var hidden = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        unix.Bind(new UnixDomainSocketEndPoint(named));
        unix.Listen();
        var word = $"headway-{Guid.NewGuid():N}";
        hidden.Bind(new UnixDomainSocketEndPoint("\0" + word));
        hidden.Listen();
        File.WriteAllText(Path.Combine(bench.Folder.Source, "reach.pl"), $$"""
            use Socket;
            socket(A, PF_INET, SOCK_STREAM, 0);
            print "tcp\n" if connect(A, sockaddr_in({{((IPEndPoint)listener.LocalEndpoint).Port}}, inet_aton("127.0.0.1")));
            socket(B, PF_UNIX, SOCK_STREAM, 0); print "unix\n" if connect(B, sockaddr_un("{{named}}"));
            socket(C, PF_UNIX, SOCK_STREAM, 0); print "abstract\n" if connect(C, sockaddr_un("\0{{word}}"));
            socket(D, 16, 3, 0) and print "netlink is only its own\n";
            print "raw\n" if socket(E, PF_INET, SOCK_RAW, 1);
            print "over\n";
            """);
        try
        {
            var (_, output) = await bench.RunAsync("perl reach.pl");
            Assert.SkipWhen(output.Contains("not found"), "There is no perl to open a connection with.");
            Assert.Contains("over\n", output);
            foreach (var way in new[] { "tcp\n", "unix\n", "abstract\n", "raw\n" }) Assert.DoesNotContain(way, output);
        }
        finally
        {
            File.Delete(named);
        }
    }

    [Theory, MemberData(nameof(Sandboxes))]
    public async Task A_job_that_kills_what_started_it_ends_and_leaves_nothing(string isolation)
    {
        using var bench = await CommandBench.InAsync(isolation);
        var word = Random.Shared.Next(100_000_000, 999_999_999);
        await bench.RunAsync($"setsid sleep {word} & (setsid nohup sh -c 'trap \"\" TERM HUP INT; sleep {word}' &) ; "
            + "sleep 0.2; kill -9 -1; kill -9 $PPID; kill -9 $$");
        await CommandBench.UntilAsync(
            () => CommandBench.ProcessesWith($"sleep\0{word}").Count == 0, "Something outlived its job.");
    }

    [Theory, MemberData(nameof(Sandboxes))]
    public async Task A_fork_bomb_is_held_and_ends_with_its_job(string isolation)
    {
        CommandBench.NeedRoot();
        using var bench = await CommandBench.InAsync(isolation);
        var word = Random.Shared.Next(100_000_000, 999_999_999);
        var job = bench.RunAsync($"bomb() {{ sleep {word} & bomb & bomb & }}; bomb 2> /dev/null; sleep 2; kill -9 -1",
            room: JobRoom.Plain with { Bounds = JobBounds.None with { Processes = 100 } });
        var most = 0;
        for (; !job.IsCompleted; await Task.Delay(20))
            most = Math.Max(most, CommandBench.ProcessesWith($"sleep\0{word}").Count);
        await job;
        Assert.InRange(most, 10, 100);
        await CommandBench.UntilAsync(
            () => CommandBench.ProcessesWith($"sleep\0{word}").Count == 0, "The bomb outlived its job.");
    }

    [Theory, MemberData(nameof(Sandboxes))]
    public async Task What_a_job_leaves_in_shared_memory_or_temporary_files_is_gone(string isolation)
    {
        using var bench = await CommandBench.InAsync(isolation);
        var word = $"headway-left-{Guid.NewGuid():N}";
        await bench.RunAsync($"echo x > /dev/shm/{word}; echo x > /tmp/{word}; ls /dev/shm");
        Assert.False(File.Exists($"/dev/shm/{word}") || File.Exists($"/tmp/{word}"));
        bench.Folder.Delete();
        var again = bench.Sandbox.MakeFolder();
        Assert.DoesNotContain(word, (await bench.RunAsync("ls /dev/shm /tmp /var/tmp")).Output);
        again.Delete();
        bench.Sandbox.MakeFolder();
    }

    [Theory, MemberData(nameof(Sandboxes))]
    public async Task A_read_only_source_is_written_where_it_says_and_nowhere_else(string isolation)
    {
        using var bench = await CommandBench.InAsync(isolation);
        File.WriteAllText(Path.Combine(bench.Folder.Source, "page.txt"), "as committed");
        var room = JobRoom.Plain with { Writes = ["out/deep"] };
        WritableFolders.Make(bench.Folder.Source, CommandBench.Order("", room: room), bench.Sandbox.Uid);
        var (_, output) = await bench.RunAsync(
            "(echo x > page.txt) 2>/dev/null && echo changed; (echo x > new.txt) 2>/dev/null && echo made; "
                + "rm -f page.txt 2>/dev/null && echo removed; echo kept > out/deep/file && cat out/deep/file", room: room);
        Assert.Equal("kept\n", output);
        Assert.Equal("as committed", File.ReadAllText(Path.Combine(bench.Folder.Source, "page.txt")));
    }

    [Fact]
    public async Task A_writable_folder_that_is_a_link_is_refused()
    {
        using var bench = await CommandBench.MakeAsync();
        File.CreateSymbolicLink(Path.Combine(bench.Folder.Source, "out"), "/etc");
        var order = CommandBench.Order("", room: JobRoom.Plain with { Writes = ["out"] });
        Assert.Throws<BadTreeException>(() => WritableFolders.Make(bench.Folder.Source, order, null));
    }
}

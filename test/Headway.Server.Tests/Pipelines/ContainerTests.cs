using System.Diagnostics;
using Headway.Core.Pipelines;
using Xunit;

namespace Headway.Server.Tests.Pipelines;

/// <summary>Jobs in an image, by the podman of this machine; the image is built of a busybox for the test.</summary>
public sealed class ContainerTests(BusyboxImage image) : IClassFixture<BusyboxImage>
{
    [Fact]
    public async Task A_job_with_an_image_runs_in_it_with_its_source_and_without_rights_or_network()
    {
        image.Need();
        using var repository = JobsOf.Repository(
            $"  work:\n    image: {BusyboxImage.Name}\n    artifact: out\n    limits: {{ memory: 100 MB, processes: 50 }}\n    run: |\n"
            + "      busybox mkdir out; busybox cp page.txt out/; busybox pwd; busybox ls /usr 2>&1\n"
            + "      busybox grep -E 'CapEff|NoNewPrivs' /proc/self/status; busybox wc -l < /proc/net/route; echo $CI $HEADWAY_JOB\n",
            files: ("page.txt", "hello\n"));
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        var run = await server.EndedAsync(repository);
        Assert.True(run.Outcome is RunOutcome.Succeeded, run.Says + await server.LogAsync("work"));
        var log = await server.LogAsync("work");
        Assert.Contains("/job\n", log);
        Assert.Contains("/usr: No such file", log);
        Assert.Matches(@"CapEff:\s+0000000000000000", log);
        Assert.Matches(@"NoNewPrivs:\s+1", log);
        Assert.Contains("\n1\ntrue shop-1/work\n", log);
    }

    [Fact]
    public async Task A_job_with_an_image_that_hangs_ends_with_its_container()
    {
        image.Need();
        var word = Random.Shared.Next(100_000_000, 999_999_999);
        using var repository = JobsOf.Repository(
            $"  work: {{ image: {BusyboxImage.Name}, timeout: 3s, artifact: headway.yaml,\n"
            + $"    run: \"busybox sleep {word} & busybox sleep {word}\" }}");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        Assert.Contains("time limit", (await server.EndedAsync(repository)).Says);
        await PipelineServer.EventuallyAsync(() => BusyboxImage.Running(word) ? null : "none", () => "The container is still there.");
    }

    [Fact]
    public async Task An_image_beside_a_job_is_reached_in_the_network_that_only_they_share()
    {
        image.Need();
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root enters the network of a container.");
        using var repository = JobsOf.Repository(
            $"  work: {{ services: {{ web: {{ image: {BusyboxImage.Server}, port: 8080 }} }}, artifact: headway.yaml,\n"
            + "    run: \"perl ask.pl\" }",
            files: ("ask.pl", "use Socket; socket(S,PF_INET,SOCK_STREAM,0); connect(S,sockaddr_in($ENV{WEB_PORT},"
                + "inet_aton('127.0.0.1'))) or die \"closed: $!\"; syswrite(S,\"GET /hello.txt HTTP/1.0\\r\\n\\r\\n\"); print <S>;"));
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        var run = await server.EndedAsync(repository);
        Assert.True(run.Outcome is RunOutcome.Succeeded, run.Says + await server.LogAsync("work"));
        Assert.Contains("hello from the image", await server.LogAsync("work"));
    }

    [Fact]
    public async Task An_image_that_cannot_be_had_fails_the_job_and_says_so()
    {
        image.Need();
        using var repository = JobsOf.Repository(
            "  work: { image: \"127.0.0.1:1/none:1\", run: echo never, artifact: headway.yaml }");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        Assert.Contains("127.0.0.1:1/none:1 cannot be pulled by podman", (await server.EndedAsync(repository)).Says);
    }
}

/// <summary>podman with a storage of its own, and two images of busybox in it.</summary>
public sealed class BusyboxImage : IAsyncLifetime
{
    public const string Name = "localhost/headway-test:1", Server = "localhost/headway-test-server:1";
    private readonly string _folder = Directory.CreateTempSubdirectory("headway-podman-").FullName;
    private string? _missing;

    public void Need() => Assert.SkipWhen(_missing is not null, _missing ?? "");

    public async ValueTask InitializeAsync()
    {
        foreach (var (program, package) in new[] { ("podman", "podman"), ("buildah", "buildah"), ("busybox", "busybox-static"), ("runc", "runc") })
            if (!"/usr/local/bin:/usr/bin:/bin:/usr/sbin".Split(':').Any(each => File.Exists(Path.Combine(each, program))))
                _missing ??= $"{program} is not installed: apt-get install {package}";
        if (_missing is not null) return;
        await File.WriteAllTextAsync(At("containers.conf"),
            "[containers]\ndefault_ulimits=[\"nofile=4096:4096\",\"nproc=4096:4096\"]\n"
            + "[engine]\nruntime=\"runc\"\ncgroup_manager=\"cgroupfs\"\nevents_logger=\"file\"\n");
        await File.WriteAllTextAsync(At("storage.conf"),
            $"[storage]\ndriver=\"vfs\"\ngraphroot=\"{At("root")}\"\nrunroot=\"{At("run")}\"\n");
        Environment.SetEnvironmentVariable("CONTAINERS_CONF", At("containers.conf"));
        Environment.SetEnvironmentVariable("CONTAINERS_STORAGE_CONF", At("storage.conf"));
        File.Copy("/bin/busybox", At("busybox"));
        await File.WriteAllTextAsync(At("hello.txt"), "hello from the image\n");
        const string from = "FROM scratch\nCOPY busybox /bin/busybox\nCOPY busybox /bin/sh\nENV PATH=/bin\n";
        await File.WriteAllTextAsync(At("plain"), from);
        await File.WriteAllTextAsync(At("server"),
            from + "COPY hello.txt /www/hello.txt\nCMD [\"/bin/busybox\", \"httpd\", \"-f\", \"-p\", \"8080\", \"-h\", \"/www\"]\n");
        foreach (var (name, file) in new[] { (Name, "plain"), (Server, "server") })
            if (Call("buildah", "bud", "--isolation", "chroot", "-t", name, "-f", At(file), _folder) is { Code: not 0 } failed)
                _missing = $"buildah cannot build an image here: {failed.Says}";
        if (_missing is null && Call("podman", "run", "--rm", "--network", "none", Name, "/bin/sh", "-c", "exit 0") is { Code: not 0 } no)
            _missing = $"podman cannot run a container here: {no.Says}";
    }

    public static bool Running(int word) =>
        Directory.EnumerateDirectories("/proc").Any(process => int.TryParse(Path.GetFileName(process), out _)
            && Read(Path.Combine(process, "cmdline")).Contains($"sleep\0{word}", StringComparison.Ordinal));

    public ValueTask DisposeAsync()
    {
        if (_missing is null) Call("podman", "rm", "--all", "--force");
        Environment.SetEnvironmentVariable("CONTAINERS_CONF", null);
        Environment.SetEnvironmentVariable("CONTAINERS_STORAGE_CONF", null);
        Call("rm", "-rf", _folder);
        return ValueTask.CompletedTask;
    }

    private string At(string name) => Path.Combine(_folder, name);

    private static string Read(string file)
    {
        try { return File.ReadAllText(file); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return ""; }
    }

    private static (int Code, string Says) Call(string program, params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(program, words)
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var says = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, says + output.Result);
    }
}

using System.Formats.Tar;
using System.Text;
using Headway.Core.Nodes;
using Headway.Core.Secrets;
using Headway.Core.Secrets.Masking;
using Headway.Node.Instances;
using Headway.Node.Jobs;
using Headway.Node.Jobs.Beside;
using Xunit;

namespace Headway.Node.Tests.Jobs;

/// <summary>Secrets in the sandbox that this machine allows, and in what a job leaves behind.</summary>
public sealed class JobSecretTests : IDisposable
{
    private const string Secret = "npm_q7 Wm'Z0\"c1$R\n\n", Key = "cert-5hN7uE1m";
    private readonly string _file = Path.GetTempFileName();

    [Theory]
    [InlineData(null)]
    [InlineData(Isolation.Session)]
    internal async Task A_job_has_them_as_variables_and_files_and_no_command_line_shows_them(Isolation? isolation)
    {
        if (isolation is not null) CommandBench.NeedRoot();
        using var bench = await CommandBench.MakeAsync(isolation: isolation);
        SecretFolder.Write(bench.Folder.Secrets, [
            new(new("TOKEN", "npm", false), 1, Encoding.UTF8.GetBytes(Secret)), new(new("KEY", "key", true), 2, Encoding.UTF8.GetBytes(Key))],
            bench.Sandbox.Uid is { } uid ? new((uint)uid, (uint)uid) : null);
        var order = CommandBench.Order("printf '<%s>' \"$TOKEN\"; cat \"$KEY\"; stat -c ' %a' \"$KEY\"; tr '\\0' '\\n' < /proc/$$/cmdline; "
            + "cat /proc/[0-9]*/cmdline | grep -c '[n]pm_q7'; ls \"${KEY%/*}\"") with
        {
            Secrets = [new("TOKEN", "npm", false), new("KEY", "key", true)],
        };
        var output = new StringBuilder();
        using var group = ControlGroup.Make($"headway-test-{Path.GetFileName(bench.Data)}", new JobLimits(1L << 30, 256));
        await using (var process = JobProcess.Start(bench.Sandbox.Start(bench.Folder, order, group), (bytes, _) =>
        {
            lock (output) output.Append(Encoding.UTF8.GetString(bytes.Span));
            return ValueTask.CompletedTask;
        }, () => Leftovers.End(bench.Sandbox, order)))
            await process.ExitedAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(120));
        var text = output.ToString();
        Assert.StartsWith($"<{Secret}>{Key} 400\n", text);
        Assert.Contains("\n0\n", text);
        Assert.EndsWith("KEY\nTOKEN\n", text);
        bench.Folder.Delete();
        Assert.False(Directory.Exists(bench.Folder.Secrets));
    }

    [Fact]
    public async Task What_runs_beside_a_job_writes_no_secret_into_its_own_log()
    {
        using var bench = await CommandBench.MakeAsync();
        var options = new RunnerOptions(new("http://127.0.0.1:1"), Path.Combine(bench.Data, "token"), "bench", bench.Data);
        File.WriteAllText(options.TokenFile, "t");
        using var link = new RunnerLink(options);
        JobLog? kept = null;
        using var beside = new CompanionLogs(new([new("db", "true", "true", 1, [])]), bench.Folder, bench.Sandbox,
            (_, log) => new(kept = log, link, new JobCall("run/job", 1), options), (options, 10_000, MaskAutomaton.OfSecrets([Encoding.UTF8.GetBytes(Key)])));
        using var stop = new CancellationTokenSource();
        var running = beside.RunAsync(stop.Token, stop.Token);
        File.AppendAllText(Path.Combine(bench.Folder.Beside, "db.log"), $"query: {Key[..7]}");
        File.AppendAllText(Path.Combine(bench.Folder.Beside, "db.log"), $"{Key[7..]} done\n");
        var said = "";
        for (var deadline = DateTime.UtcNow.AddSeconds(120); !said.Contains("done", StringComparison.Ordinal); await Task.Delay(20))
        {
            Assert.True(DateTime.UtcNow < deadline, $"The log has only: {said}");
            said = Encoding.UTF8.GetString(kept!.Read(0, 10_000));
        }
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => running);
        Assert.Equal("query: *** done\n", said);
    }

    [Fact]
    public void A_log_is_masked_before_it_is_in_its_file_also_when_written_letter_by_letter()
    {
        using var log = new JobLog(_file, 10_000);
        log.Mask(MaskAutomaton.OfSecrets([Encoding.UTF8.GetBytes(Key)]));
        foreach (var letter in Encoding.UTF8.GetBytes($"before {Key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(Key))} cert-5hN"))
            log.Write([letter]);
        Assert.Equal("before *** *** ", Text(log));
        log.EndOutput();
        log.Note($"It said {Key}.");
        Assert.Equal("before *** *** ***[headway] It said ***.\n", Text(log));
        Assert.Equal(Text(log), File.ReadAllText(_file));
    }

    [Fact]
    public async Task A_secret_in_an_artifact_is_found_with_the_name_of_its_file_and_never_shown()
    {
        var check = new SecretCheck(MaskAutomaton.OfSecrets([Encoding.UTF8.GetBytes(Key)]));
        Assert.Null(await check.FindInTarAsync(Tar(("a.txt", "nothing"), ("b/c.txt", "cert-5hN7uE1")), default));
        Assert.Equal("b/c.txt", await check.FindInTarAsync(Tar(("a.txt", "nothing"), ("b/c.txt", $"{new string('x', 200_000)}{Key}")), default));
        Assert.Equal("d.json", await check.FindInTarAsync(Tar(("d.json", Convert.ToHexString(Encoding.UTF8.GetBytes(Key)))), default));
        Assert.Equal("for-***.txt", await check.FindInTarAsync(Tar(($"for-{Key}.txt", "nothing")), default));
    }

    public void Dispose() => File.Delete(_file);

    private string Tar(params (string Name, string Text)[] files)
    {
        using var stream = File.Create(_file);
        using var tar = new TarWriter(stream);
        foreach (var (name, text) in files)
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        return _file;
    }

    private static string Text(JobLog log) => Encoding.UTF8.GetString(log.Read(0, 100_000));
}

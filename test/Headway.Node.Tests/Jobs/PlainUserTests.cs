using System.Diagnostics;
using System.Reflection;
using Headway.Node.Jobs;
using Xunit;

namespace Headway.Node.Tests.Jobs;

/// <summary>A runner that is not root makes the same sandbox inside a namespace of users, with bubblewrap and without.</summary>
public sealed class PlainUserTests
{
    private const int Nobody = 65534;

    [Theory]
    [InlineData(nameof(Isolation.Bubblewrap), "1000")]
    [InlineData(nameof(Isolation.UserNamespaces), "0")]
    public async Task A_job_of_a_runner_without_rights_sees_its_own_folders_and_nothing_else(string isolation, string uid)
    {
        CommandBench.NeedRoot();
        Assert.SkipWhen(isolation is nameof(Isolation.Bubblewrap) && Tools.Find().Bubblewrap is null,
            "bubblewrap is not installed.");
        var data = Directory.CreateTempSubdirectory("headway-plain-").FullName;
        // The tests may stand where nobody else may look: a copy stands where the other user can.
        var program = Directory.CreateDirectory(Path.Combine(data, "program")).FullName;
        try
        {
            foreach (var file in Directory.GetFiles(AppContext.BaseDirectory))
                File.Copy(file, Path.Combine(program, Path.GetFileName(file)));
            var home = Directory.CreateDirectory(Path.Combine(data, "home")).FullName;
            Posix.Own(home, Nobody);
            // A runner takes what it finds on its path.
            var tools = Directory.CreateDirectory(Path.Combine(data, "tools")).FullName;
            if (isolation is nameof(Isolation.Bubblewrap))
                File.CreateSymbolicLink(Path.Combine(tools, "bwrap"), Tools.Find().Bubblewrap!);
            foreach (var each in new[] { data, program, tools })
                File.SetUnixFileMode(each, File.GetUnixFileMode(each) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            var (code, output) = await RunAsync(program, home, tools,
                "echo kept > /home/job/a && echo here > /job/b && cat /home/job/a /job/b; ls /root /home; id -u; "
                    + "wc -l < /proc/net/dev; grep CapEff /proc/self/status; (echo x > /usr/x) 2>/dev/null && echo wrote");
            Assert.SkipWhen(code == 125, "This system allows no namespaces of users.");
            Assert.StartsWith("kept\nhere\n", output);
            Assert.Matches(@"CapEff:\s+0000000000000000", output);
            Assert.DoesNotContain("wrote", output);
            Assert.Contains($"\n{uid}\n3\n", output);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(
        string program, string home, string tools, string command)
    {
        var assembly = Path.Combine(program, Path.GetFileName(Assembly.GetExecutingAssembly().Location));
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/setpriv", [
            $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "--", Tools.Locate("dotnet")!, assembly, "test-job", home,
            nameof(Isolation.UserNamespaces), command])
        {
            RedirectStandardOutput = true, Environment = { ["HOME"] = home, ["PATH"] = tools },
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }
}

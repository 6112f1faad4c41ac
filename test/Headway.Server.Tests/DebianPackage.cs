using System.Diagnostics;
using Xunit;

namespace Headway.Server.Tests;

/// <summary>A program from Debian's packages, installed for the tests that need it.</summary>
internal static class DebianPackage
{
    /// <summary>Skips the test where the program is not there and cannot be installed.</summary>
    public static async Task NeedAsync(string program, string package)
    {
        if (IsThere(program)) return;
        if (Environment.IsPrivilegedProcess && IsThere("apt-get"))
            using (var apt = Process.Start(new ProcessStartInfo("/bin/sh", ["-c",
                "export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1; "
                + $"apt-get -q -o DPkg::Lock::Timeout=120 install -y --no-install-recommends {package} "
                + $"|| (apt-get -q update && apt-get -q install -y --no-install-recommends {package})"])
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            })!)
            {
                var said = Task.WhenAll(apt.StandardOutput.ReadToEndAsync(), apt.StandardError.ReadToEndAsync());
                await apt.WaitForExitAsync(TestContext.Current.CancellationToken);
                await said;
            }
        Assert.SkipUnless(IsThere(program), $"{program} is not installed: apt-get install {package}");
    }

    private static bool IsThere(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Append("/usr/sbin").Any(folder => File.Exists(Path.Combine(folder, program)));
}

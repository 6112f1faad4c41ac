using System.Runtime.CompilerServices;
using Headway.Node.Tests.Programs;

namespace Headway.Node.Tests;

/// <summary>
/// Runs the tests, or, as another process that a test has started, one of the programs that they need. What a program
/// does not use is not loaded: the web server runs from two files in a folder of its own.
/// </summary>
public static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        ["test-web", ..] => WebProgram.RunAsync(),
        ["test-node", var options] => RunNode(options),
        ["test-job", var data, var isolation, var command] => RunJob(data, isolation, command),
        ["gateway", "--options", var file] => RunGateway(file),
        _ => RunTests(args),
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task<int> RunNode(string options) => NodeProgram.RunAsync(options);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task<int> RunJob(string data, string isolation, string command) =>
        Jobs.KilledRunnerTests.RunJobAsync(data, isolation, command);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task<int> RunGateway(string file) => NodeProgram.RunGatewayAsync(file);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task<int> RunTests(string[] args) =>
        args.Any(arg => arg is "--server" or "--internal-msbuild-node")
            ? Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(
                args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
}

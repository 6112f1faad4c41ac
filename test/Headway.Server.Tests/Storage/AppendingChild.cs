using System.Diagnostics;
using Headway.Server.Storage;

namespace Headway.Server.Tests.Storage;

/// <summary>
/// The test program started again as a server that only appends, to be killed: eight writers at once, and a line
/// `stream version` on standard output for each append that was acknowledged.
/// </summary>
internal sealed class AppendingChild : IDisposable
{
    private const string Variable = "HEADWAY_TEST_APPENDS_TO";
    private const int Writers = 8;
    private readonly Process process;

    private AppendingChild(Process process) => this.process = process;

    public int Id => process.Id;
    public StreamReader Output => process.StandardOutput;

    public static string Payload(string stream, long version) =>
        $"{stream} {version} {new string('x', (int)(version * 37 % 900))}";

    /// <param name="place">Where it appends.</param>
    /// <param name="dieAt">At this acknowledgement, counted over all writers, it kills itself at once.</param>
    public static AppendingChild Start(DurableStore place, int dieAt = int.MaxValue)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(AppendingChild).Assembly.Location])
        {
            RedirectStandardOutput = true,
            Environment = { [Variable] = $"{place.Folder}\n{place.Address}\n{dieAt}" },
        };
        return new(Process.Start(start)!);
    }

    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited) Kill();
        process.Dispose();
    }

    /// <summary>True when this process is such a child, and ends without a kill.</summary>
    public static async Task<bool> RunWhenAskedAsync()
    {
        var asked = Environment.GetEnvironmentVariable(Variable)?.Split('\n');
        if (asked is not [var folder, var address, var dieAt]) return false;
        await AppendAsync(folder, address.Length == 0 ? null : address, int.Parse(dieAt));
        return true;
    }

    private static async Task AppendAsync(string folder, string? address, int dieAt)
    {
        var options = new StorageOptions { DataFolder = folder, ConnectionString = address };
        await using var store = await EventStores.OpenAsync(options, TimeProvider.System, CancellationToken.None);
        var acknowledged = 0;
        using var self = Process.GetCurrentProcess();
        var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var stream = $"{Environment.ProcessId}/{writer}";
            for (var version = 0L; ; version += 2)
            {
                await store.AppendAsync(stream, version, Payload(stream, version + 1), Payload(stream, version + 2));
                lock (output)
                {
                    output.WriteLine($"{stream} {version + 2}");
                    if (++acknowledged == dieAt) self.Kill();
                }
            }
        })));
    }
}

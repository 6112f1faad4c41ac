using System.Diagnostics;
using System.Text;
using Headway.Core.Registry;
using Headway.Server.Artifacts;
using Headway.Server.Registry;
using Headway.Server.Registry.Index;
using Headway.Server.Storage;

namespace Headway.Server.Tests.Registry;

/// <summary>
/// The test program started again as a registry that is pushed to, to be killed: four pushers at once, and the tag on
/// standard output once its push was acknowledged.
/// </summary>
internal sealed class PushingChild : IDisposable
{
    public const string Name = "shop/checkout";
    private const string Variable = "HEADWAY_TEST_PUSHES_TO";
    private const int Pushers = 4;
    private readonly Process process;

    private PushingChild(Process process) => this.process = process;

    public StreamReader Output => process.StandardOutput;

    /// <param name="folder">Where it pushes to.</param>
    /// <param name="round">Part of all contents, so that each round pushes others.</param>
    public static PushingChild Start(string folder, int round) => new(Process.Start(
        new ProcessStartInfo("dotnet", [typeof(PushingChild).Assembly.Location])
        {
            RedirectStandardOutput = true, Environment = { [Variable] = $"{folder}\n{round}" },
        })!);

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
        if (Environment.GetEnvironmentVariable(Variable)?.Split('\n') is not [var folder, var round]) return false;
        await using var events = await EventStores.OpenAsync(new() { DataFolder = folder }, TimeProvider.System, default);
        using var index = RegistryIndex.Open(Path.Combine(folder, "registry"));
        var files = new BlobStore(Path.Combine(folder, "blobs"), new());
        var world = new RegistryWorld(index, files, new(events), new(events), TimeProvider.System);
        var blobs = new RegistryBlobs(world);
        var (manifests, uploads) = (new RegistryManifests(world), new Uploads(world, blobs, new(world.Limits, world.Time)));
        var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        await Task.WhenAll(Enumerable.Range(0, Pushers).Select(pusher => Task.Run(async () =>
        {
            for (var at = 0; ; at++)
            {
                var tag = $"t{round}-{pusher}-{at}";
                var layer = Encoding.UTF8.GetBytes($"layer of {tag}");
                foreach (var blob in new[] { Encoding.UTF8.GetBytes("{}"), layer })
                {
                    var upload = uploads.Start(Name);
                    await upload.AppendAsync(new MemoryStream(blob), null, uploads.Room, default);
                    await uploads.FinishAsync(upload, Pushes.Digest(blob), default);
                }
                await manifests.PutAsync(new(Name, MediaTypes.Image,
                    Pushes.Image(Encoding.UTF8.GetBytes("{}"), [layer]), null, [tag]), "test", default);
                lock (output) output.WriteLine(tag);
            }
        })));
        return true;
    }
}

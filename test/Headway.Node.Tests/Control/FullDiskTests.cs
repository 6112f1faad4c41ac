using System.Diagnostics;
using Headway.Node.Tests.Programs;
using Xunit;

namespace Headway.Node.Tests.Control;

/// <summary>A disk without space: said, survived, and nothing that was in force is lost.</summary>
public sealed class FullDiskTests
{
    private const string Release = "shop-1-aaaaaaa";

    [Fact]
    public async Task What_cannot_be_kept_is_not_obeyed_until_there_is_space_again()
    {
        await using var disk = SmallDisk.Mount(24);
        await using var node = await TestNode.StartAsync(data: disk.Path);
        node.Place(Release, node.WebArtifact(), TestNode.Web(), 1);
        var instance = (await node.ReadyAsync(Release)).Instances.Single();
        var version = node.Server.Report!.Version;

        disk.Fill();
        node.Place(Release, node.WebArtifact(), TestNode.Web(), 2, fence: 2);
        await node.EventuallyAsync(() => node.Server.Report!.Problems.Any(problem => problem.Contains("could not be kept on disk")));
        Assert.Equal(version, node.Server.Report!.Version);
        Process.GetProcessById(instance.Pid).Kill();
        await node.EventuallyAsync(() => node.Server.Report!.Problems.Any(problem => problem.Contains($"{instance.Id} could not go on")));

        disk.Free();
        var seen = await node.ReadyAsync(Release, 2);
        Assert.Equal(2, seen.Fence.Version);
        await node.EventuallyAsync(() => node.Server.Report!.Problems.IsEmpty);
    }

    private sealed class SmallDisk : IAsyncDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("headway-disk-").FullName;

        public static SmallDisk Mount(int megabytes)
        {
            var disk = new SmallDisk();
            using var mount = Process.Start(new ProcessStartInfo("mount",
                ["-t", "tmpfs", "-o", $"size={megabytes}m,mode=755", "tmpfs", disk.Path]) { RedirectStandardError = true })!;
            mount.WaitForExit();
            if (mount.ExitCode == 0) return disk;
            Directory.Delete(disk.Path);
            Assert.Skip("A small disk cannot be mounted here (not root).");
            return disk;
        }

        public void Fill()
        {
            using var filler = File.Create(System.IO.Path.Combine(Path, "filler"));
            try
            {
                var block = new byte[4096];
                while (true)
                {
                    filler.Write(block);
                    filler.Flush();
                }
            }
            catch (IOException)
            {
                // Full.
            }
        }

        public void Free() => File.Delete(System.IO.Path.Combine(Path, "filler"));

        public async ValueTask DisposeAsync()
        {
            using var unmount = Process.Start("umount", ["-l", Path]);
            await unmount.WaitForExitAsync();
            Directory.Delete(Path);
        }
    }
}

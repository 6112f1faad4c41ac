using System.Formats.Tar;
using Headway.Node.Instances;
using Headway.Node.Tests.Programs;
using Xunit;

namespace Headway.Node.Tests.Instances;

/// <summary>Artifacts that are damaged, missing, or meant to do harm.</summary>
public sealed class ArtifactTests
{
    private const string Release = "shop-1-aaaaaaa";

    [Fact]
    public async Task A_damaged_artifact_is_a_clear_failure_and_nothing_of_it_is_unpacked()
    {
        await using var node = await TestNode.StartAsync();
        var digest = node.WebArtifact();
        node.Server.Damage(digest);
        node.Place(Release, digest, TestNode.Web(), 1);
        var seen = await node.SeenAsync(Release, workload => workload.Failure is not null);
        Assert.Contains($"Artifact {digest} came with other content", seen.Failure);
        Assert.Empty(Directory.GetDirectories(Path.Combine(node.Data, "artifacts")));
    }

    [Fact]
    public async Task An_artifact_that_the_server_does_not_have_is_a_clear_failure()
    {
        await using var node = await TestNode.StartAsync();
        var digest = "sha256:" + new string('0', 64);
        node.Place(Release, digest, TestNode.Web(), 1);
        var seen = await node.SeenAsync(Release, workload => workload.Failure is not null);
        Assert.Equal($"The server has no artifact {digest}.", seen.Failure);
    }

    [Fact]
    public async Task A_digest_that_is_none_is_refused_before_it_becomes_a_path()
    {
        await using var node = await TestNode.StartAsync();
        node.Place(Release, "sha256:../../etc", TestNode.Web(), 1);
        var seen = await node.SeenAsync(Release, workload => workload.Failure is not null);
        Assert.Contains("is not a digest", seen.Failure);
    }

    public static TheoryData<string, TarEntryType, string> Harm => new()
    {
        { "../out", TarEntryType.RegularFile, "" },
        { "a/../../out", TarEntryType.RegularFile, "" },
        { "/tmp/headway-out", TarEntryType.RegularFile, "" },
        { "link", TarEntryType.SymbolicLink, "/etc/passwd" },
        { "link", TarEntryType.SymbolicLink, "../out" },
        { "a/b/link", TarEntryType.SymbolicLink, "../../../out" },
        { "link", TarEntryType.HardLink, "../../../../etc/passwd" },
        { "link", TarEntryType.HardLink, "/etc/passwd" },
        { "pipe", TarEntryType.Fifo, "" },
        { "device", TarEntryType.CharacterDevice, "" },
    };

    [Theory]
    [MemberData(nameof(Harm))]
    public void What_leads_out_of_its_folder_is_refused(string name, TarEntryType type, string target)
    {
        using var folder = new TestFolder();
        using var tar = TarOf(Entry(name, type, target));
        var refused = Assert.Throws<UnsafeArtifactException>(() => TarUnpacking.Unpack(tar, folder.At("root")));
        Assert.Contains("artifact", refused.Message);
        Assert.False(File.Exists(folder.At("out")));
        Assert.False(File.Exists("/tmp/headway-out"));
    }

    [Fact]
    public void Nothing_is_written_through_a_link()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.At("outside"));
        using var tar = TarOf(Entry("inside/file", TarEntryType.RegularFile), Entry("door", TarEntryType.SymbolicLink, "../outside"),
            Entry("door/file", TarEntryType.RegularFile));
        Assert.Throws<UnsafeArtifactException>(() => TarUnpacking.Unpack(tar, folder.At("root")));
        Assert.Empty(Directory.GetFileSystemEntries(folder.At("outside")));
    }

    [Fact]
    public void A_link_that_leads_out_only_by_way_of_another_link_is_refused()
    {
        using var folder = new TestFolder();
        // By its text `a/b/c/../..` stays inside; c leads up to the root, so it does not.
        using var tar = TarOf(Entry("a/b/file", TarEntryType.RegularFile),
            Entry("a/b/c", TarEntryType.SymbolicLink, "../.."), Entry("sly", TarEntryType.SymbolicLink, "a/b/c/.."));
        Assert.Throws<UnsafeArtifactException>(() => TarUnpacking.Unpack(tar, folder.At("root")));
    }

    [Fact]
    public void Garbage_is_no_artifact()
    {
        using var folder = new TestFolder();
        using var garbage = new MemoryStream([.. Enumerable.Range(0, 4096).Select(i => (byte)(i * 7 + 1))]);
        Assert.Throws<UnsafeArtifactException>(() => TarUnpacking.Unpack(garbage, folder.At("root")));
    }

    [Fact]
    public void Files_folders_and_links_inside_are_unpacked_and_cannot_be_written()
    {
        using var folder = new TestFolder();
        using var tar = TarOf(Entry("bin/", TarEntryType.Directory), Entry("./bin/app", TarEntryType.RegularFile),
            Entry("lib/x/one", TarEntryType.RegularFile), Entry("app", TarEntryType.SymbolicLink, "bin/app"),
            Entry("lib/x/two", TarEntryType.SymbolicLink, "../../bin/app"), Entry("again", TarEntryType.HardLink, "bin/app"));
        TarUnpacking.Unpack(tar, folder.At("root"));
        Assert.Equal("content", File.ReadAllText(folder.At("root/app")));
        Assert.Equal("content", File.ReadAllText(folder.At("root/lib/x/two")));
        Assert.Equal("content", File.ReadAllText(folder.At("root/again")));
        Assert.Equal((UnixFileMode)0b101_101_101, File.GetUnixFileMode(folder.At("root/bin/app")));
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(folder.At("root/lib")));
        TarUnpacking.Delete(folder.At("root"));
        Assert.False(Directory.Exists(folder.At("root")));
    }

    private static PaxTarEntry Entry(string name, TarEntryType type, string target = "")
    {
        var entry = new PaxTarEntry(type, name);
        if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink) entry.LinkName = target;
        if (type is TarEntryType.RegularFile)
        {
            entry.DataStream = new MemoryStream("content"u8.ToArray());
            entry.Mode = (UnixFileMode)0b111_101_101;
        }
        return entry;
    }

    private static MemoryStream TarOf(params PaxTarEntry[] entries)
    {
        var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
            foreach (var entry in entries) tar.WriteEntry(entry);
        bytes.Position = 0;
        return bytes;
    }
}

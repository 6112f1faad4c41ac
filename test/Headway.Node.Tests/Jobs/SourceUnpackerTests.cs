using System.Formats.Tar;
using Headway.Node.Jobs;
using Xunit;

namespace Headway.Node.Tests.Jobs;

public sealed class SourceUnpackerTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("headway-unpack-").FullName;

    [Fact]
    public async Task Files_folders_links_and_modes_arrive()
    {
        await UnpackAsync(File_("bin/run", "#!/bin/sh", UnixFileMode.UserExecute | UnixFileMode.UserRead),
            File_("a.txt", "a"), Link("b.txt", "a.txt"), Link("deep/up", "../a.txt"));
        Assert.Equal("a", await File.ReadAllTextAsync(Path.Combine(Tree, "b.txt")));
        Assert.Equal("a", await File.ReadAllTextAsync(Path.Combine(Tree, "deep/up")));
        Assert.True((File.GetUnixFileMode(Path.Combine(Tree, "bin/run")) & UnixFileMode.UserExecute) != 0);
    }

    public static TheoryData<string, Func<TarEntry[]>> Escapes => new()
    {
        { "parent", () => [File_("../evil", "x")] },
        { "parent inside", () => [File_("a/../../evil", "x")] },
        { "absolute", () => [File_("/tmp/headway-evil", "x")] },
        { "absolute link", () => [Link("l", "/etc/passwd")] },
        { "link out", () => [Link("a/l", "../../evil")] },
        { "through a link", () => [Link("l", "."), File_("l/evil", "x")] },
        { "hard link", () => [new PaxTarEntry(TarEntryType.HardLink, "h") { LinkName = "/etc/passwd" }] },
        { "device", () => [new PaxTarEntry(TarEntryType.BlockDevice, "d") { DeviceMajor = 1, DeviceMinor = 1 }] },
        { "pipe", () => [new PaxTarEntry(TarEntryType.Fifo, "p")] },
        { "file over folder", () => [File_("a/b", "x"), File_("a", "x")] },
    };

    [Theory, MemberData(nameof(Escapes))]
    public async Task What_leads_out_of_the_tree_is_refused(string name, Func<TarEntry[]> entries)
    {
        await Assert.ThrowsAsync<BadTreeException>(() => UnpackAsync(entries()));
        Assert.False(File.Exists(Path.Combine(_root, "evil")), name);
    }

    [Fact]
    public async Task A_later_file_goes_over_an_earlier_one_and_never_through_a_link()
    {
        await UnpackAsync(File_("a", "old"), Link("l", "a"), File_("l", "new"));
        Assert.Equal("old", await File.ReadAllTextAsync(Path.Combine(Tree, "a")));
        Assert.Equal("new", await File.ReadAllTextAsync(Path.Combine(Tree, "l")));
    }

    /// <summary>
    /// The links of a commit stay inside, each by itself; one through the other they lead out, and what an earlier job kept
    /// goes over them.
    /// </summary>
    [Fact]
    public async Task An_artifact_does_not_follow_a_chain_of_links_of_the_source()
    {
        await UnpackAsync(Link("p/q/x", "../.."), Link("y", "p/q/x/.."));
        await Assert.ThrowsAsync<BadTreeException>(() => UnpackAsync(File_("y/evil", "x")));
        Assert.False(File.Exists(Path.Combine(_root, "evil")));
    }

    [Fact]
    public async Task A_tree_that_is_too_large_is_refused() =>
        Assert.Contains("larger", (await Assert.ThrowsAsync<BadTreeException>(
            () => UnpackAsync(File_("big", new string('x', 3 << 20))))).Message);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Tree => Path.Combine(_root, "tree");

    private async Task UnpackAsync(params TarEntry[] entries)
    {
        Directory.CreateDirectory(Tree);
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
            foreach (var entry in entries) writer.WriteEntry(entry);
        tar.Position = 0;
        await new SourceUnpacker(Tree, null, 2 << 20).UnpackAsync(tar, CancellationToken.None);
    }

    private static PaxTarEntry File_(string name, string text, UnixFileMode mode = UnixFileMode.UserRead) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)),
            Mode = mode };

    private static PaxTarEntry Link(string name, string target) =>
        new(TarEntryType.SymbolicLink, name) { LinkName = target };
}

using System.Diagnostics;
using System.Formats.Tar;
using Headway.Node.Jobs;
using Xunit;

namespace Headway.Node.Tests.Jobs;

public sealed class ArtifactPackerTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("headway-pack-").FullName;

    [Fact]
    public async Task The_same_files_give_the_same_bytes_whenever_and_in_whatever_order_they_are_made()
    {
        Write("out/b", "b");
        Write("out/a", "a");
        var first = await PackAsync("out");
        Directory.Delete(Path.Combine(_root, "out"), recursive: true);
        Write("out/a", "a");
        Write("out/b", "b");
        File.SetLastWriteTimeUtc(Path.Combine(_root, "out/a"), new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(first, await PackAsync("out"));
    }

    [Fact]
    public async Task Paths_are_those_of_the_source_and_included_files_travel_along()
    {
        Write("out/bin/run", "x");
        Write("checks/smoke.sh", "y");
        File.SetUnixFileMode(Path.Combine(_root, "out/bin/run"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var entries = await EntriesAsync("out", "checks/smoke.sh", "not/there");
        Assert.Equal(["checks", "checks/smoke.sh", "out", "out/bin", "out/bin/run"], entries.Keys);
        Assert.True((entries["out/bin/run"].Mode & UnixFileMode.OtherExecute) != 0);
        Assert.True((entries["checks/smoke.sh"].Mode & UnixFileMode.OtherExecute) == 0);
    }

    [Fact]
    public async Task The_whole_source_can_be_the_artifact()
    {
        Write("a", "a");
        Write("d/b", "b");
        Assert.Equal(["a", "d", "d/b"], (await EntriesAsync(".")).Keys);
    }

    [Fact]
    public async Task An_artifact_that_is_not_there_is_said() =>
        Assert.Contains(
            "`out` is not there", (await Assert.ThrowsAsync<BadTreeException>(() => PackAsync("out"))).Message);

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../../etc")]
    public async Task Links_out_of_the_source_are_refused(string target)
    {
        Directory.CreateDirectory(Path.Combine(_root, "out"));
        File.CreateSymbolicLink(Path.Combine(_root, "out/l"), target);
        Assert.Contains("points out", (await Assert.ThrowsAsync<BadTreeException>(() => PackAsync("out"))).Message);
    }

    [Fact]
    public async Task An_artifact_behind_a_link_is_refused()
    {
        Directory.CreateSymbolicLink(Path.Combine(_root, "out"), "/etc");
        await Assert.ThrowsAsync<BadTreeException>(() => PackAsync("out/passwd"));
        await Assert.ThrowsAsync<BadTreeException>(() => PackAsync("out"));
    }

    [Fact]
    public async Task A_pipe_is_refused_and_does_not_block()
    {
        Directory.CreateDirectory(Path.Combine(_root, "out"));
        Process.Start("mkfifo", Path.Combine(_root, "out/p")).WaitForExit();
        await Assert.ThrowsAsync<BadTreeException>(() => PackAsync("out")).WaitAsync(TimeSpan.FromSeconds(120));
    }

    [Fact]
    public async Task Files_of_another_user_are_refused()
    {
        CommandBench.NeedRoot();
        Write("out/mine", "x");
        await Assert.ThrowsAsync<BadTreeException>(() => PackAsync("out", owner: 64100));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, path))!);
        File.WriteAllText(Path.Combine(_root, path), text);
    }

    private async Task<byte[]> PackAsync(string artifact, string[]? include = null, int? owner = null)
    {
        using var tar = new MemoryStream();
        await new ArtifactPacker(_root, owner).PackAsync(artifact, include ?? [], tar, CancellationToken.None);
        return tar.ToArray();
    }

    private async Task<SortedDictionary<string, TarEntry>> EntriesAsync(string artifact, params string[] include)
    {
        using var reader = new TarReader(new MemoryStream(await PackAsync(artifact, include)));
        var entries = new SortedDictionary<string, TarEntry>(StringComparer.Ordinal);
        while (reader.GetNextEntry(copyData: true) is { } entry) entries[entry.Name.TrimEnd('/')] = entry;
        return entries;
    }
}

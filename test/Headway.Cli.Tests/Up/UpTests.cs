using Xunit;

namespace Headway.Cli.Tests.Up;

public sealed class UpTests
{
    [Fact]
    public async Task A_folder_without_a_repository_is_refused_before_anything_starts()
    {
        using var folder = new Folder();
        using var data = new Folder();

        var ran = await Ran.Headway("up", "--source", folder.Path, "--data", data.Path);

        Assert.Equal(2, ran.ExitCode);
        Assert.Contains("is not in a git repository", ran.Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(data.Path));
    }

    [Fact]
    public async Task A_repository_whose_commit_has_no_specification_is_told_to_init()
    {
        using var folder = Folder.Repository(("README.md", "x"));
        folder.Commit("first");
        folder.Write("headway.yaml", "service: not-committed");
        using var data = new Folder();

        var ran = await Ran.Headway("up", "--source", folder.Path, "--data", data.Path);

        Assert.Equal(5, ran.ExitCode);
        Assert.Contains("has no headway.yaml", ran.Error);
        Assert.Contains("`headway init` writes one; commit it", ran.Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(data.Path));
    }
}

using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Headway.Cli.Releases;
using Xunit;

namespace Headway.Cli.Tests.Releases;

public sealed class ReleaseLayoutTests : IDisposable
{
    private readonly Folder _folder = new();

    [Fact]
    public async Task A_file_of_an_export_that_was_altered_is_told_whatever_it_is()
    {
        Assert.Empty((await ReadAsync("<testsuite/>", "<testsuite/>")).Altered());
        var altered = Assert.Single((await ReadAsync("<testsuite/>", "<testsuitE/>")).Altered());
        Assert.Equal(Headway.Core.SupplyChain.CheckResult.Failed, altered.Result);
        Assert.Contains("holds other bytes than its name says", altered.Says);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<ReleaseLayout> ReadAsync(string named, string held)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(named)));
        var path = Path.Combine(_folder.Path, $"{Guid.NewGuid():N}.tar");
        await using (var file = File.Create(path))
        await using (var tar = new TarWriter(file))
        {
            await WriteAsync(tar, "index.json", "{\"manifests\":[]}");
            await WriteAsync(tar, $"blobs/sha256/{digest}", held);
        }
        return await ReleaseLayout.ReadAsync(path, TestContext.Current.CancellationToken);
    }

    private static Task WriteAsync(TarWriter tar, string name, string content) => tar.WriteEntryAsync(
        new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });
}

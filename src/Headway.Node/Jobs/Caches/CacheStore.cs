using System.Security.Cryptography;

namespace Headway.Node.Jobs.Caches;

/// <param name="Exact">Made from the very same files; else it is the newest of the same name.</param>
internal sealed record CacheFound(string File, bool Exact);

/// <summary>
/// What jobs of branches left for later ones, by service, name and key, as files that are only ever whole: written beside,
/// then renamed, with their digest in the name. What was not used for longest goes when there is too much.
/// </summary>
internal sealed class CacheStore(string root, long limitBytes)
{
    private const string Ending = ".tar", Unfinished = ".new";

    public CacheFound? Find(string service, string name, string key)
    {
        var all = Files(Folder(service, name)).OrderByDescending(file => file.LastWriteTimeUtc).ToList();
        var exact = all.Find(file => file.Name.StartsWith($"{key}-", StringComparison.Ordinal));
        return (exact ?? all.FirstOrDefault()) is { } found ? new(found.FullName, exact is not null) : null;
    }

    /// <summary>Opened for reading once its bytes are those that were written; else it is deleted, and null.</summary>
    public static async Task<FileStream?> OpenAsync(CacheFound found, CancellationToken stop)
    {
        try
        {
            var file = new FileStream(found.File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, stop));
            if (Path.GetFileNameWithoutExtension(found.File).EndsWith($"-{digest}", StringComparison.Ordinal))
            {
                file.Position = 0;
                File.SetLastAccessTimeUtc(found.File, DateTime.UtcNow);
                return file;
            }
            await file.DisposeAsync();
            File.Delete(found.File);
            return null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>False when it alone would take more than half of the room.</summary>
    public async Task<bool> KeepAsync(
        string service, string name, string key, Func<Stream, Task> write, CancellationToken stop)
    {
        var folder = Directory.CreateDirectory(Folder(service, name)).FullName;
        var unfinished = Path.Combine(folder, $"{Guid.NewGuid():N}{Unfinished}");
        try
        {
            await using var file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.ReadWrite);
            await write(file);
            if (file.Length > limitBytes / 2) return false;
            file.Position = 0;
            var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, stop));
            file.Flush(flushToDisk: true);
            foreach (var old in Files(folder).Where(old => old.Name.StartsWith($"{key}-", StringComparison.Ordinal)))
                old.Delete();
            File.Move(unfinished, Path.Combine(folder, $"{key}-{digest}{Ending}"), overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
        MakeRoom();
        return true;
    }

    private void MakeRoom()
    {
        var yesterday = DateTime.UtcNow.AddDays(-1);
        foreach (var left in new DirectoryInfo(root).EnumerateFiles($"*{Unfinished}", SearchOption.AllDirectories))
            if (left.LastWriteTimeUtc < yesterday) left.Delete();
        var all = new DirectoryInfo(root).EnumerateFiles($"*{Ending}", SearchOption.AllDirectories)
            .OrderBy(file => file.LastAccessTimeUtc).ToList();
        var bytes = all.Sum(file => file.Length);
        foreach (var file in all.TakeWhile(_ => bytes > limitBytes))
        {
            bytes -= file.Length;
            file.Delete();
        }
    }

    private static IEnumerable<FileInfo> Files(string folder) =>
        Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles($"*{Ending}") : [];

    private string Folder(string service, string name) => Path.Combine(root, Safe(service), Safe(name));

    /// <summary>What a server sends is no path.</summary>
    private static string Safe(string name) =>
        name.Length is > 0 and < 250 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
            ? name : Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)));
}

using System.Formats.Tar;

namespace Headway.Node.Jobs;

/// <summary>The tree is not fit to be unpacked; the message says which entry and why.</summary>
public sealed class BadTreeException(string says) : Exception(says);

/// <summary>
/// Unpacks a tar that nobody vouches for into a fresh folder; nothing lands outside it, whatever it holds.
/// </summary>
internal sealed class SourceUnpacker(string root, int? owner, long limitBytes)
{
    private const int EntryLimit = 500_000;
    private long _bytes;
    private int _entries;

    public async Task UnpackAsync(Stream tar, CancellationToken stop)
    {
        await using var reader = new TarReader(tar, leaveOpen: true);
        while (await reader.GetNextEntryAsync(copyData: false, stop) is { } entry)
        {
            if (entry.EntryType is TarEntryType.GlobalExtendedAttributes) continue;
            if (++_entries > EntryLimit) throw new BadTreeException($"The tree has more than {EntryLimit} entries.");
            await UnpackAsync(entry, stop);
        }
    }

    private async Task UnpackAsync(TarEntry entry, CancellationToken stop)
    {
        var name = RelativePath.Clean(entry.Name)
            ?? throw new BadTreeException($"The entry `{entry.Name}` leads out of the tree.");
        if (name.Length == 0) return;
        MakeParents(name);
        var path = Path.Combine(root, name);
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                MakeDirectory(name);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                await WriteFileAsync(entry, path, stop);
                break;
            case TarEntryType.SymbolicLink when RelativePath.StaysInside(name, entry.LinkName):
                Replace(name, path);
                File.CreateSymbolicLink(path, entry.LinkName);
                break;
            case TarEntryType.SymbolicLink:
                throw new BadTreeException($"The link `{name}` points out of the tree, to `{entry.LinkName}`.");
            default:
                throw new BadTreeException($"The entry `{name}` is a {entry.EntryType}, which no tree may hold.");
        }
        if (owner is { } uid) Posix.Own(path, uid);
    }

    private async Task WriteFileAsync(TarEntry entry, string path, CancellationToken stop)
    {
        _bytes += entry.Length;
        if (_bytes > limitBytes) throw new BadTreeException($"The tree is larger than {limitBytes >> 20} MB.");
        Replace(Path.GetRelativePath(root, path), path);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = ModeOf(entry), BufferSize = 0,
        };
        await using var file = new FileStream(path, options);
        if (entry.DataStream is { } data) await data.CopyToAsync(file, stop);
    }

    /// <summary>A parent that is a link, even one that was unpacked before, would lead elsewhere.</summary>
    private void MakeParents(string name)
    {
        for (var slash = name.IndexOf('/'); slash > 0; slash = name.IndexOf('/', slash + 1))
            MakeDirectory(name[..slash]);
    }

    private void MakeDirectory(string name)
    {
        var path = Path.Combine(root, name);
        // Looked up where it stands: the link may have come with another tree, and lead anywhere through further links.
        if (new FileInfo(path).LinkTarget is not null)
            throw new BadTreeException($"`{name}` is a link and a folder at once.");
        if (Directory.Exists(path)) return;
        Directory.CreateDirectory(path);
        if (owner is { } uid) Posix.Own(path, uid);
    }

    /// <summary>An artifact of an earlier job goes over the source, so a file may be there already.</summary>
    private static void Replace(string name, string path)
    {
        if (new FileInfo(path).LinkTarget is null && Directory.Exists(path))
            throw new BadTreeException($"`{name}` is a folder and a file at once.");
        File.Delete(path);
    }

    private static UnixFileMode ModeOf(TarEntry entry)
    {
        const UnixFileMode read =
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode run = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return (entry.Mode & UnixFileMode.UserExecute) != 0 ? read | run : read;
    }
}

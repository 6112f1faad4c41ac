using System.Formats.Tar;

namespace Headway.Node.Jobs;

/// <summary>
/// Packs what a job made. The same files give the same bytes, hence the same digest: entries sorted, times and owners
/// zero, of the modes only what a release needs. Runs after every process of the job is dead, so nothing moves under
/// it.
/// </summary>
public sealed class ArtifactPacker(string root, int? owner)
{
    private readonly SortedDictionary<string, FileSystemInfo> _entries = new(StringComparer.Ordinal);

    /// <exception cref="BadTreeException">The path is not there, or something in it leads out of the tree.</exception>
    public async Task PackAsync(string artifact, IEnumerable<string> include, Stream output, CancellationToken stop)
    {
        if (!TryAdd(artifact, stop))
            throw new BadTreeException($"The job succeeded, but its artifact `{artifact}` is not there.");
        foreach (var path in include) TryAdd(path, stop);
        await using var writer = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var (name, info) in _entries)
        {
            stop.ThrowIfCancellationRequested();
            await WriteAsync(writer, name, info, stop);
        }
    }

    private bool TryAdd(string path, CancellationToken stop)
    {
        var clean = RelativePath.Clean(path) ?? throw new BadTreeException($"`{path}` leads out of the source.");
        for (var slash = clean.IndexOf('/'); slash > 0; slash = clean.IndexOf('/', slash + 1))
        {
            var parent = new DirectoryInfo(Path.Combine(root, clean[..slash]));
            if (parent.LinkTarget is not null)
                throw new BadTreeException($"`{clean[..slash]}` is a link, not a folder.");
            if (parent.Exists) _entries[clean[..slash]] = parent;
        }
        var full = Path.Combine(root, clean);
        if (clean.Length > 0 && new FileInfo(full) is { Exists: true } or { LinkTarget: not null })
            return AddFile(clean, new FileInfo(full));
        if (!Directory.Exists(full)) return false;
        AddFolder(clean, new DirectoryInfo(full), stop);
        return true;
    }

    private bool AddFile(string name, FileInfo file)
    {
        if (file.LinkTarget is { } target && !RelativePath.StaysInside(name, target))
            throw new BadTreeException($"The link `{name}` points out of the source, to `{target}`.");
        _entries[name] = file;
        return true;
    }

    private void AddFolder(string name, DirectoryInfo folder, CancellationToken stop)
    {
        if (name.Length > 0) _entries[name] = folder;
        foreach (var inside in folder.EnumerateFileSystemInfos())
        {
            stop.ThrowIfCancellationRequested();
            var path = name.Length == 0 ? inside.Name : $"{name}/{inside.Name}";
            if (inside is DirectoryInfo { LinkTarget: null } deeper) AddFolder(path, deeper, stop);
            else AddFile(path, new FileInfo(inside.FullName));
        }
    }

    /// <summary>
    /// A pipe or a device would block whoever reads it; a hard link may lead to what the job may not read.
    /// </summary>
    private void Check(string name, FileSeen seen)
    {
        if (!seen.IsRegular)
            throw new BadTreeException($"`{name}` is a pipe, socket or device, which no artifact may hold.");
        if (owner is { } uid && seen.Owner != uid) throw new BadTreeException($"`{name}` does not belong to the job.");
    }

    private async Task WriteAsync(TarWriter writer, string name, FileSystemInfo info, CancellationToken stop)
    {
        var type = info.LinkTarget is not null ? TarEntryType.SymbolicLink
            : info is DirectoryInfo ? TarEntryType.Directory
            : TarEntryType.RegularFile;
        if (type is TarEntryType.RegularFile) Check(name, Posix.Look(info.FullName));
        var entry = new PaxTarEntry(type, type is TarEntryType.Directory ? name + "/" : name)
        {
            ModificationTime = DateTimeOffset.UnixEpoch, Mode = ModeOf(type, info), Uid = 0, Gid = 0,
        };
        if (type is TarEntryType.SymbolicLink) entry.LinkName = info.LinkTarget!;
        await using var data = type is TarEntryType.RegularFile ? Open(info) : null;
        if (data is not null) entry.DataStream = data;
        await writer.WriteEntryAsync(entry, stop);
    }

    private static FileStream Open(FileSystemInfo info) =>
        new(info.FullName,
            new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite, BufferSize = 0 });

    private static UnixFileMode ModeOf(TarEntryType type, FileSystemInfo info)
    {
        const UnixFileMode read =
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode run = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        if (type is TarEntryType.SymbolicLink) return read | run;
        return type is TarEntryType.Directory || (info.UnixFileMode & UnixFileMode.UserExecute) != 0 ? read | run
            : read;
    }
}

using System.Formats.Tar;

namespace Headway.Node.Instances;

/// <summary>
/// Unpacks a tar so that nothing of it lands or points outside its folder: no absolute names, no `..`, no writing
/// through links, no links that lead out, only files, folders and links. Files that come out cannot be written, and
/// folders only by control's own user, who must be able to delete them without further ado.
/// </summary>
internal static class TarUnpacking
{
    private const int MostEntries = 500_000;
    private const UnixFileMode ReadByAll = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode RunByAll =
        UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static void Unpack(Stream tar, string root)
    {
        Directory.CreateDirectory(root);
        var links = new List<string>();
        try
        {
            using var reader = new TarReader(tar, leaveOpen: true);
            var entries = 0;
            while (reader.GetNextEntry(copyData: false) is { } entry)
            {
                if (++entries > MostEntries)
                    throw new UnsafeArtifactException($"The artifact has more than {MostEntries} entries.");
                UnpackEntry(entry, root, links);
            }
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or EndOfStreamException
            or ArgumentException)
        {
            throw new UnsafeArtifactException($"The artifact is not a readable tar: {e.Message}");
        }
        foreach (var link in links)
            if (!LinkCheck.StaysInside(root, link))
                throw new UnsafeArtifactException(
                    $"The artifact holds a link that leads out of it: {Path.GetRelativePath(root, link)}.");
        foreach (var folder in Directory.EnumerateDirectories(root, "*", RealFolders).Append(root))
            File.SetUnixFileMode(folder, ReadByAll | RunByAll | UnixFileMode.UserWrite);
    }

    public static void Delete(string root)
    {
        if (Directory.Exists(root)) Directory.Delete(root, recursive: true);
    }

    private static EnumerationOptions RealFolders => new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    private static void UnpackEntry(TarEntry entry, string root, List<string> links)
    {
        if (entry.EntryType is TarEntryType.GlobalExtendedAttributes) return;
        var path = PathOf(root, entry.Name);
        if (path == root) return;
        MakeFolders(root, Path.GetDirectoryName(path)!);
        if (entry.EntryType is TarEntryType.Directory)
        {
            MakeFolders(root, path);
            return;
        }
        if (Directory.Exists(path) && new FileInfo(path).LinkTarget is null)
            throw new UnsafeArtifactException($"The artifact holds {entry.Name} as a folder and as something else.");
        File.Delete(path);
        links.Remove(path);
        switch (entry.EntryType)
        {
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                WriteFile(entry, path);
                break;
            case TarEntryType.SymbolicLink:
                File.CreateSymbolicLink(path, entry.LinkName);
                links.Add(path);
                break;
            case TarEntryType.HardLink:
                CopyLinked(PathOf(root, entry.LinkName), path, entry);
                break;
            default:
                throw new UnsafeArtifactException(
                    $"The artifact holds {entry.Name}, which is a {entry.EntryType}; only files, folders and links "
                    + "are taken.");
        }
    }

    private static string PathOf(string root, string name)
    {
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToArray();
        return name.StartsWith('/') || parts.Contains("..") || name.Contains('\0')
            ? throw new UnsafeArtifactException($"The artifact holds a path that leads out of it: {name}.")
            : Path.Combine([root, .. parts]);
    }

    /// <summary>Makes what is missing; a link among the parents would let a later entry be written elsewhere.</summary>
    private static void MakeFolders(string root, string folder)
    {
        for (var parent = folder; parent.Length > root.Length; parent = Path.GetDirectoryName(parent)!)
            if (new FileInfo(parent) is { } found && (found.LinkTarget is not null || found.Exists))
                throw new UnsafeArtifactException(
                    $"The artifact uses {Path.GetRelativePath(root, parent)} as a folder, which is a link or a file.");
        Directory.CreateDirectory(folder);
    }

    private static void WriteFile(TarEntry entry, string path)
    {
        using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
            entry.DataStream?.CopyTo(file);
        File.SetUnixFileMode(path, (entry.Mode & RunByAll) != 0 ? ReadByAll | RunByAll : ReadByAll);
    }

    private static void CopyLinked(string target, string path, TarEntry entry)
    {
        if (new FileInfo(target) is not { Exists: true, LinkTarget: null })
            throw new UnsafeArtifactException(
                $"The artifact links {entry.Name} to {entry.LinkName}, which is no file.");
        File.Copy(target, path);
    }
}

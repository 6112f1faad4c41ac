using Headway.Node.Instances;

namespace Headway.Node.Tasks;

/// <summary>A copy of an unpacked artifact that its task may write to.</summary>
internal static class TreeCopy
{
    public static void Make(string from, string to, RunUser? owner)
    {
        TarUnpacking.Delete(to);
        Folder(new DirectoryInfo(from), to, owner);
    }

    private static void Folder(DirectoryInfo from, string to, RunUser? owner)
    {
        Directory.CreateDirectory(to);
        foreach (var entry in from.EnumerateFileSystemInfos())
        {
            var path = Path.Combine(to, entry.Name);
            if (entry.LinkTarget is { } target) File.CreateSymbolicLink(path, target);
            else if (entry is DirectoryInfo folder) Folder(folder, path, owner);
            else
            {
                File.Copy(entry.FullName, path);
                File.SetUnixFileMode(path, entry.UnixFileMode | UnixFileMode.UserWrite);
            }
            if (owner is not null && entry is not DirectoryInfo { LinkTarget: null })
                LinuxCalls.GiveTo(path, owner.User, owner.Group);
        }
        if (owner is not null) LinuxCalls.GiveTo(to, owner.User, owner.Group);
    }
}

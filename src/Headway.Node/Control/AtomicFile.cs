using System.Text.Json;
using Headway.Core;
using Headway.Node.Instances;

namespace Headway.Node.Control;

/// <summary>Files that are either the old or the new content, whatever happens, and on the disk once written.</summary>
internal static class AtomicFile
{
    public static void Write<T>(string path, T content)
    {
        var temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(file, content, Wire.Json);
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
        LinuxCalls.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Null when there is none, or when it does not read: then the caller starts from nothing.</summary>
    public static T? Read<T>(string path) where T : class
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize<T>(file, Wire.Json);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }
}

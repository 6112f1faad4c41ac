using System.Security.Cryptography;
using System.Text;
using Headway.Core.Secrets;

namespace Headway.Node.Instances;

/// <summary>
/// Files of secrets for one job or instance: in memory (`/dev/shm`) where there is that, for the program's user only, and
/// gone with the program. Where there is no such place they stand beside the program's other files.
/// </summary>
internal static class SecretFolder
{
    private const string Memory = "/dev/shm";
    private const UnixFileMode Enter = UnixFileMode.UserRead | UnixFileMode.UserExecute;

    /// <summary>The same for the same folder, so that what a killed control or runner has left is found again.</summary>
    /// <param name="of">Folder of the job or the instance.</param>
    public static string Of(string of) => Directory.Exists(Memory)
        ? Path.Combine(Memory, $"headway-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(of))))[..16]}")
        : Path.Combine(of, "secrets");

    /// <summary>A file for each value, by the name of its variable.</summary>
    public static void Write(string folder, IEnumerable<SecretHanded> values, RunUser? user)
    {
        Delete(folder);
        Directory.CreateDirectory(folder, Enter | UnixFileMode.UserWrite);
        foreach (var value in values) Write(Path.Combine(folder, value.Use.Variable), value.Value, user);
        if (user is not null) Give(folder, user);
        File.SetUnixFileMode(folder, Enter);
    }

    public static void Delete(string folder)
    {
        if (!Directory.Exists(folder)) return;
        File.SetUnixFileMode(folder, Enter | UnixFileMode.UserWrite);
        Directory.Delete(folder, recursive: true);
    }

    private static void Write(string path, byte[] value, RunUser? user)
    {
        using (var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead, BufferSize = 0,
        }))
            file.Write(value);
        if (user is not null) Give(path, user);
    }

    private static void Give(string path, RunUser user)
    {
        if (!LinuxCalls.GiveTo(path, user.User, user.Group)) throw new IOException($"Could not give {path} to user {user.User}.");
    }
}

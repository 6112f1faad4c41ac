using System.Globalization;

namespace Headway.Server.Storage;

/// <summary>
/// The newest checkpoint, noted beside the store: who cuts off the end of everything, checkpoints too, or puts an old
/// copy of the database in its place, is found out by it.
/// </summary>
internal sealed class CheckpointMark(string dataFolder)
{
    private readonly string file = Path.Combine(dataFolder, "checkpoint");

    public (long Version, string Root)? Read()
    {
        if (!File.Exists(file)) return null;
        var words = File.ReadAllText(file).Trim().Split(' ');
        return words.Length == 2 && long.TryParse(words[0], CultureInfo.InvariantCulture, out var version)
            ? (version, words[1]) : (long.MaxValue, "unreadable");
    }

    public void Write(long version, byte[] root) =>
        SecretFile.Write(file, $"{version} {Convert.ToHexStringLower(root)}\n");

    /// <summary>After a restore the store is older than its mark, by intent.</summary>
    public void Forget() => File.Delete(file);
}

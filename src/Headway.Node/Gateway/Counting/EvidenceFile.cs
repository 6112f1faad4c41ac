using System.Text.Json;
using Headway.Core;

namespace Headway.Node.Gateway.Counting;

/// <summary>
/// The evidence of this process on disk, a line a batch, until control has sent it. Beyond the limit the older half
/// is dropped by putting a shorter file in its place; readers see the gap in the sequence.
/// </summary>
internal sealed class EvidenceFile<T> : IDisposable
{
    private readonly string path;
    private readonly long limit;
    private FileStream stream;
    private bool isTorn;

    public EvidenceFile(string path, long limit)
    {
        (this.path, this.limit) = (path, limit);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        stream = Open(FileMode.Append);
    }

    /// <summary>
    /// Lines are written whole in one call, so that a reader or a crash tears at most the last. What a full disk did
    /// not take is lost and shows as a gap; the next line starts on a line of its own.
    /// </summary>
    public void Append(IReadOnlyList<T> batches)
    {
        if (batches.Count == 0) return;
        using var lines = new MemoryStream();
        if (isTorn) lines.WriteByte((byte)'\n');
        foreach (var batch in batches)
        {
            JsonSerializer.Serialize(lines, batch, Wire.Json);
            lines.WriteByte((byte)'\n');
        }
        if (stream.Position + lines.Length > limit) DropOlderHalf();
        isTorn = true;
        stream.Write(lines.GetBuffer(), 0, (int)lines.Length);
        isTorn = false;
    }

    private void DropOlderHalf()
    {
        var shorter = path + ".shorter";
        using (var old = File.OpenRead(path))
        using (var kept = File.Create(shorter))
        {
            old.Position = old.Length / 2;
            while (old.ReadByte() is not (-1 or '\n')) { }
            old.CopyTo(kept);
        }
        File.Move(shorter, path, overwrite: true);
        stream.Dispose();
        stream = Open(FileMode.Append);
    }

    private FileStream Open(FileMode mode) =>
        new(path, mode, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 1);

    public void Dispose() => stream.Dispose();
}

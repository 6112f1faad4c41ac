namespace Headway.Node.Jobs;

/// <summary>
/// What a job wrote, kept in a file up to its limit until the server has it. Output beyond the limit is taken and
/// dropped, so that the job neither blocks nor fails; notes of the runner itself always get in.
/// </summary>
internal sealed class JobLog(string file, long limitBytes) : IDisposable
{
    private readonly FileStream _file = new(file, new FileStreamOptions
    {
        Mode = FileMode.Create, Access = FileAccess.ReadWrite, BufferSize = 0,
    });
    private readonly Lock _gate = new();
    private long _taken;

    /// <summary>Bytes of output that the limit has cost.</summary>
    public long Dropped { get; private set; }

    public long Length { get; private set; }

    public void Write(ReadOnlySpan<byte> output)
    {
        lock (_gate)
        {
            var fits = (int)Math.Clamp(limitBytes - _taken, 0, output.Length);
            if (fits > 0) Append(output[..fits]);
            _taken += fits;
            var over = output.Length - fits;
            if (over > 0 && Dropped == 0)
                Append(System.Text.Encoding.UTF8.GetBytes(
                    $"\n[headway] The log has reached its limit of {limitBytes} bytes; the job goes on, "
                    + "its further output is dropped.\n"));
            Dropped += over;
        }
    }

    /// <summary>A sentence of the runner's own.</summary>
    public void Note(string says)
    {
        lock (_gate) Append(System.Text.Encoding.UTF8.GetBytes($"[headway] {says}\n"));
    }

    public byte[] Read(long offset, int most)
    {
        lock (_gate)
        {
            var bytes = new byte[Math.Clamp(Length - offset, 0, most)];
            _file.Position = Math.Min(offset, Length);
            _file.ReadExactly(bytes);
            return bytes;
        }
    }

    /// <summary>What the command said last, for people who see only one line; null when it said nothing.</summary>
    public string? LastLine()
    {
        const int Tail = 2000, Longest = 200;
        var text = System.Text.Encoding.UTF8.GetString(Read(Math.Max(0, Length - Tail), Tail));
        var line = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .LastOrDefault(l => !l.StartsWith("[headway]", StringComparison.Ordinal));
        return line?.Length > Longest ? line[..Longest] + "..." : line;
    }

    public void Dispose() => _file.Dispose();

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _file.Position = Length;
        _file.Write(bytes);
        Length += bytes.Length;
    }
}

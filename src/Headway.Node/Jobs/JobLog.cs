using System.Buffers;
using Headway.Core.Secrets.Masking;

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
    private readonly ArrayBufferWriter<byte> _masked = new();
    private MaskedOutput? _mask;
    private long _taken;

    /// <summary>Bytes of output that the limit has cost.</summary>
    public long Dropped { get; private set; }

    public long Length { get; private set; }

    /// <summary>What must not be seen; null when the job has no secrets.</summary>
    public MaskAutomaton? Secrets { get; private set; }

    /// <summary>From now on secrets in what is written, and in notes, become `***` before they are in the file.</summary>
    public void Mask(MaskAutomaton secrets)
    {
        lock (_gate) (Secrets, _mask) = (secrets, new(secrets));
    }

    public string Masked(string says) => Secrets?.Cover(says) ?? says;

    public void Write(ReadOnlySpan<byte> output)
    {
        lock (_gate)
        {
            if (_mask is null)
            {
                Take(output);
                return;
            }
            _mask.Write(output, _masked);
            TakeMasked();
        }
    }

    /// <summary>The command writes nothing more: what might have been the beginning of a secret is decided.</summary>
    public void EndOutput()
    {
        lock (_gate)
        {
            _mask?.End(_masked);
            TakeMasked();
        }
    }

    private void TakeMasked()
    {
        Take(_masked.WrittenSpan);
        _masked.ResetWrittenCount();
    }

    /// <summary>A sentence of the runner's own.</summary>
    public void Note(string says)
    {
        lock (_gate) Append(System.Text.Encoding.UTF8.GetBytes($"[headway] {Masked(says)}\n"));
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

    private void Take(ReadOnlySpan<byte> output)
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

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _file.Position = Length;
        _file.Write(bytes);
        Length += bytes.Length;
    }
}

using System.Text;

namespace Headway.Server.TestResults.Reading;

/// <summary>Text of a report that may be anything: what XML does not allow becomes a replacement character.</summary>
internal sealed class ReportText(TextReader text) : TextReader
{
    private const int SniffedBytes = 1024;

    /// <summary>Encoding by byte order mark or XML declaration, else UTF-8; bytes that are none are replaced, never refused.</summary>
    public static async Task<TextReader> OpenAsync(Stream report, CancellationToken stop)
    {
        var head = new byte[SniffedBytes];
        var read = await report.ReadAtLeastAsync(head, SniffedBytes, throwOnEndOfStream: false, stop);
        report.Position = 0;
        return new ReportText(new StreamReader(report, Declared(head.AsSpan(0, read)), true, 64 * 1024, leaveOpen: true));
    }

    public override int Peek() => text.Peek() is var next and >= 0 ? Allowed((char)next) : -1;

    public override int Read() => text.Read() is var next and >= 0 ? Allowed((char)next) : -1;

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        var read = text.Read(buffer);
        foreach (ref var letter in buffer[..read]) letter = Allowed(letter);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) text.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Half of a pair is an error to an XML reader, and pairs are rare in names of tests: both are replaced.</summary>
    private static char Allowed(char letter) =>
        letter is '\t' or '\n' or '\r' || (letter >= ' ' && !char.IsSurrogate(letter) && letter < '\uFFFE') ? letter : '\uFFFD';

    private static Encoding Declared(ReadOnlySpan<byte> head)
    {
        if (head.IndexOf((byte)0) is >= 0 and < 2) return head[0] == 0 ? Encoding.BigEndianUnicode : Encoding.Unicode;
        var declaration = Encoding.Latin1.GetString(head);
        var end = declaration.IndexOf("?>", StringComparison.Ordinal);
        return end > 0 && declaration[..end].Contains("8859-1", StringComparison.OrdinalIgnoreCase)
            || end > 0 && declaration[..end].Contains("windows-1252", StringComparison.OrdinalIgnoreCase)
            ? Encoding.Latin1 : Encoding.UTF8;
    }
}

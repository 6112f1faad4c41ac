using System.Runtime.CompilerServices;
using System.Text;

namespace Headway.Server.Pipelines;

/// <param name="Number">Counted from 1.</param>
/// <param name="At">When it arrived, if that is known.</param>
public sealed record LoggedLine(long Number, DateTimeOffset? At, string Text);

/// <summary>The lines of a log, one after the other; a line that is too long is cut.</summary>
public sealed class LogReading(string file, string times)
{
    private const int LongestLine = 16 * 1024;
    private const int PieceBytes = 64 * 1024;

    public async IAsyncEnumerable<LoggedLine> LinesAsync([EnumeratorCancellation] CancellationToken stop)
    {
        var known = new LogTimes(times);
        await using var log = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var buffer = new byte[PieceBytes];
        using var line = new MemoryStream();
        var (number, begins, offset) = (1L, 0L, 0L);
        while (await log.ReadAsync(buffer, stop) is var read and > 0)
            for (var at = 0; at < read; at++, offset++)
                if (buffer[at] != '\n')
                {
                    if (line.Length < LongestLine) line.WriteByte(buffer[at]);
                }
                else
                {
                    yield return Take(line, number++, known.At(begins));
                    begins = offset + 1;
                }
        if (line.Length > 0) yield return Take(line, number, known.At(begins));
    }

    private static LoggedLine Take(MemoryStream line, long number, DateTimeOffset? at)
    {
        var text = Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length);
        line.SetLength(0);
        return new(number, at, text);
    }
}

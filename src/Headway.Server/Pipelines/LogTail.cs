using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using Headway.Core.Pipelines;

namespace Headway.Server.Pipelines;

/// <summary>
/// A log as server-sent events: `log` with a piece of text, at last `end` with the phase of the job. The id of an event is
/// `ATTEMPT.OFFSET` of what follows it, so a reader that comes back with it misses nothing and gets nothing twice.
/// </summary>
internal sealed class LogTail(RunBook book, JobLogs logs, LogName name)
{
    public const int PieceBytes = 64 * 1024;

    /// <summary>Attempt and offset of an id that was given out here, or null.</summary>
    public static (int Attempt, long Offset)? After(string? id) =>
        id?.Split('.') is [var attempt, var offset] && int.TryParse(attempt, out var number) && number > 0
            && long.TryParse(offset, out var from) && from >= 0 ? (number, from) : null;

    public async IAsyncEnumerable<SseItem<string>> ItemsAsync(
        long from, [EnumeratorCancellation] CancellationToken stop)
    {
        for (var offset = from; ;)
        {
            var changed = Task.WhenAny(book.Changed.Next, logs.GrownAsync(name));
            var over = IsOver();
            var piece = await logs.ReadAsync(name, offset, PieceBytes, stop);
            var whole = Whole(piece, over);
            offset += whole;
            if (whole > 0)
                yield return new(Encoding.UTF8.GetString(piece, 0, whole), "log") { EventId = $"{name.Attempt}.{offset}" };
            else if (over) break;
            else await changed.WaitAsync(stop);
        }
        logs.NoLongerWatched(name);
        yield return new(book.Find(name.Run)?.Job(name.Job)?.Phase.ToString() ?? "Unknown", "end");
    }

    private bool IsOver() =>
        book.Find(name.Run)?.Job(name.Job) is not { } state || state.Attempt > name.Attempt
            || state.Phase is JobPhase.Succeeded or JobPhase.Failed or JobPhase.Lost || !book.Find(name.Run)!.IsOpen;

    /// <summary>How much of a piece ends with a whole letter; at the end of the log all of it counts.</summary>
    private static int Whole(byte[] piece, bool over)
    {
        const int longestLetter = 4;
        for (var back = 1; !over && back < longestLetter && back <= piece.Length; back++)
        {
            var first = piece[^back];
            if (first < 0x80) return piece.Length;
            if (first >= 0xC0) return back < (first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2) ? piece.Length - back : piece.Length;
        }
        return piece.Length;
    }
}

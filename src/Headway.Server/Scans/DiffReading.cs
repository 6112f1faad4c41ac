using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Headway.Core.Scans.Secrets;

namespace Headway.Server.Scans;

/// <summary>
/// Gives the added lines of a unified diff to a search, as they come. The counts of each hunk say what is a line of a file
/// and what is a heading, so that no content can pass for another file. Bounded, and says what it left out.
/// </summary>
public sealed class DiffReading(SecretSearch search)
{
    public const long MostBytes = 256L << 20;
    private const int MostNotes = 20;
    private readonly byte[] _line = new byte[SecretSearch.LongestLine];
    private readonly List<string> _notes = [];
    private int _length, _number, _removed, _added, _binary;
    private long _bytes;
    private bool _cut;
    private string _path = "";

    public ImmutableArray<string> NotScanned =>
    [
        .. _notes, .. _binary > 0 ? [$"{_binary} binary {(_binary == 1 ? "file" : "files")}"] : (string[])[],
        .. search.IsFull ? [$"Everything after the first {SecretSearch.Most} findings"] : (string[])[],
    ];

    public async Task ReadAsync(Stream diff, CancellationToken stop)
    {
        var buffer = new byte[128 * 1024];
        while (await diff.ReadAsync(buffer, stop) is var read and > 0)
        {
            _bytes += read;
            // The rest is read to let git end well.
            if (_bytes > MostBytes || search.IsFull) continue;
            Take(buffer.AsSpan(0, read));
        }
        if (_bytes > MostBytes)
            _notes.Add($"Everything after the first {MostBytes >> 20} MB of the change, from {_path} on");
        else if (_length > 0) End();
    }

    private void Take(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            var end = piece.IndexOf((byte)'\n');
            var part = end < 0 ? piece : piece[..end];
            var fits = Math.Min(part.Length, _line.Length - _length);
            part[..fits].CopyTo(_line.AsSpan(_length));
            _length += fits;
            _cut |= fits < part.Length;
            if (end < 0) return;
            End();
            piece = piece[(end + 1)..];
        }
    }

    private void End()
    {
        var line = _line.AsSpan(0, _length);
        var cut = _cut;
        (_length, _cut) = (0, false);
        if (line.IsEmpty) return;
        if (_removed > 0 && line[0] == '-') _removed--;
        else if (_added > 0 && line[0] == '+')
        {
            _added--;
            search.Line(Encoding.UTF8.GetString(line[1..]), _number);
            if (cut) Note($"{_path}:{_number} after its first {_line.Length >> 10} KB");
            _number++;
        }
        else if (line[0] != '\\') Heading(Encoding.UTF8.GetString(line));
    }

    private void Heading(string line)
    {
        if (line.StartsWith("+++ ", StringComparison.Ordinal))
        {
            _path = PathOf(line[4..]);
            search.File(_path);
        }
        else if (line.StartsWith("Binary files ", StringComparison.Ordinal) && !line.EndsWith(" and /dev/null differ", StringComparison.Ordinal))
        {
            _binary++;
        }
        else if (line.StartsWith("@@ -", StringComparison.Ordinal))
        {
            var ranges = line.Split(' ');
            if (ranges.Length < 3) return;
            (_, _removed) = RangeOf(ranges[1]);
            (_number, _added) = RangeOf(ranges[2]);
        }
    }

    /// <summary>`+12,3` or `+12`.</summary>
    private static (int From, int Count) RangeOf(string range)
    {
        var parts = range[1..].Split(',');
        _ = int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var from);
        var count = 1;
        if (parts.Length > 1) _ = int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out count);
        return (from, count);
    }

    /// <summary>Git quotes a name with unusual characters, and ends one with a space by a tab.</summary>
    private static string PathOf(string written)
    {
        var path = written.TrimEnd('\t').Trim('"');
        return path.StartsWith("b/", StringComparison.Ordinal) ? path[2..] : path;
    }

    private void Note(string what)
    {
        if (_notes.Count < MostNotes) _notes.Add(what);
        else if (_notes.Count == MostNotes) _notes.Add("more of the same");
    }
}

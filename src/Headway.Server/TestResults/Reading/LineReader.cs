using System.Text;

namespace Headway.Server.TestResults.Reading;

/// <summary>Lines of a text, of which each is held to a limit: the rest of a longer one is read past.</summary>
internal sealed class LineReader(TextReader text)
{
    public const int LongestLine = 64 * 1024;
    private readonly char[] _buffer = new char[16 * 1024];
    private readonly StringBuilder _line = new();
    private int _at, _read;

    /// <summary>The newest line was longer than the limit.</summary>
    public bool WasCut { get; private set; }

    public string? Next()
    {
        _line.Clear();
        WasCut = false;
        for (var any = false; ;)
        {
            if (_at == _read)
            {
                (_at, _read) = (0, text.Read(_buffer, 0, _buffer.Length));
                if (_read <= 0)
                {
                    _read = 0;
                    return any ? Line() : null;
                }
            }
            any = true;
            var end = _buffer.AsSpan(_at, _read - _at).IndexOf('\n');
            var piece = end < 0 ? _buffer.AsSpan(_at, _read - _at) : _buffer.AsSpan(_at, end);
            var room = Math.Max(0, LongestLine - _line.Length);
            WasCut |= piece.Length > room;
            _line.Append(piece[..Math.Min(room, piece.Length)]);
            _at += end < 0 ? piece.Length : end + 1;
            if (end >= 0) return Line();
        }
    }

    private string Line()
    {
        if (_line.Length > 0 && _line[^1] == '\r') _line.Length--;
        return _line.ToString();
    }
}

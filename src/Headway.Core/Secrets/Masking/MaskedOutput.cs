using System.Buffers;

namespace Headway.Core.Secrets.Masking;

/// <summary>
/// Output on its way to a log: every secret in it becomes `***`, however the output is cut into pieces. Bytes that may be
/// the beginning of a secret are held until they are known not to be; they are never more than the longest pattern.
/// </summary>
public sealed class MaskedOutput(MaskAutomaton automaton)
{
    /// <summary>At the end of all output a beginning of a secret of so many bytes is masked, too.</summary>
    public const int ShortestBeginning = 3;

    private readonly List<(long From, long To)> _covered = [];
    private byte[] _held = [];
    private long _position;
    private int _state;
    private bool _inMask;

    /// <summary>Bytes that wait for what follows them.</summary>
    public int Held => _held.Length;

    public void Write(ReadOnlySpan<byte> piece, IBufferWriter<byte> output)
    {
        for (var i = 0; i < piece.Length; i++)
        {
            _state = automaton.Next(_state, piece[i]);
            if (automaton.MatchOf(_state) is > 0 and var length) Cover(_position + i + 1 - length, _position + i + 1);
        }
        var begin = _position - _held.Length;
        _position += piece.Length;
        Release(begin, _position - automaton.DepthOf(_state), piece, output);
    }

    /// <summary>Nothing follows.</summary>
    public void End(IBufferWriter<byte> output)
    {
        var begin = _position - _held.Length;
        if (_held.Length >= ShortestBeginning) Cover(begin, _position);
        Release(begin, _position, [], output);
        _state = 0;
    }

    private void Cover(long from, long to)
    {
        while (_covered is [.., var last] && last.To >= from)
        {
            from = Math.Min(from, last.From);
            _covered.RemoveAt(_covered.Count - 1);
        }
        _covered.Add((from, to));
    }

    /// <summary>Hands out what stands before `safe`: no later match can begin there.</summary>
    private void Release(long begin, long safe, ReadOnlySpan<byte> piece, IBufferWriter<byte> output)
    {
        var at = begin;
        var done = 0;
        foreach (var (from, to) in _covered)
        {
            if (from >= safe) break;
            Clear(begin, at, Math.Max(at, from), piece, output);
            if (!_inMask) output.Write("***"u8);
            _inMask = true;
            at = Math.Min(to, safe);
            if (to <= safe) done++;
        }
        _covered.RemoveRange(0, done);
        Clear(begin, at, safe, piece, output);
        _held = safe - begin >= _held.Length
            ? piece[(int)(safe - begin - _held.Length)..].ToArray()
            : [.. _held.AsSpan((int)(safe - begin)), .. piece];
    }

    private void Clear(long begin, long from, long to, ReadOnlySpan<byte> piece, IBufferWriter<byte> output)
    {
        if (from >= to) return;
        _inMask = false;
        var (first, end) = ((int)(from - begin), (int)(to - begin));
        if (first < _held.Length) output.Write(_held.AsSpan(first, Math.Min(end, _held.Length) - first));
        if (end > _held.Length) output.Write(piece[Math.Max(0, first - _held.Length)..(end - _held.Length)]);
    }
}

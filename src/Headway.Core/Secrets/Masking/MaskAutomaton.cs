namespace Headway.Core.Secrets.Masking;

/// <summary>
/// Finds all patterns at once in one pass (A. V. Aho and M. J. Corasick, "Efficient string matching", 1975). States are
/// numbered by depth, so those near the root, where ordinary text stays, come first and have whole rows; the others have
/// a list of children and the way back. Costs 21 bytes for each byte of pattern and takes a bounded time for each byte of
/// text, whatever the text is.
/// </summary>
public sealed class MaskAutomaton
{
    private const int Rows = 256;

    private readonly byte[] _label;
    private readonly int[] _child;
    private readonly int[] _sibling;
    private readonly int[] _fail;
    private readonly ushort[] _depth;
    private readonly ushort[] _match;
    private readonly int[] _rows;
    private readonly int _dense;

    private MaskAutomaton(PatternTree tree)
    {
        (_label, _child, _sibling, _depth, _match) = tree.Numbered();
        _fail = new int[_label.Length];
        _dense = Math.Min(Rows, _label.Length);
        _rows = new int[_dense * 256];
        Link();
        Longest = _depth[^1];
    }

    /// <summary>Of the longest pattern, in bytes.</summary>
    public int Longest { get; }

    public bool IsEmpty => _label.Length == 1;

    public int States => _label.Length;

    /// <param name="patterns">Each of 1 to <see cref="SecretPatterns.LongestPiece"/> and a few more bytes.</param>
    public static MaskAutomaton Of(IEnumerable<byte[]> patterns)
    {
        var tree = new PatternTree();
        foreach (var pattern in patterns) tree.Add(pattern);
        return new(tree);
    }

    /// <summary>Of everything that these secrets may look like.</summary>
    public static MaskAutomaton OfSecrets(IEnumerable<byte[]> secrets) => Of(secrets.SelectMany(SecretPatterns.Of));

    internal int Next(int state, byte letter)
    {
        while (state >= _dense)
        {
            for (var child = _child[state]; child != 0; child = _sibling[child])
                if (_label[child] == letter) return child;
            state = _fail[state];
        }
        return _rows[state * 256 + letter];
    }

    /// <summary>Length of the longest pattern that ends in this state; 0 for none.</summary>
    internal int MatchOf(int state) => _match[state];

    /// <summary>How many of the last bytes may be the beginning of a pattern.</summary>
    internal int DepthOf(int state) => _depth[state];

    /// <summary>Writes `*` over every byte of a secret.</summary>
    /// <param name="waiting">How many bytes at the end may be the beginning of one.</param>
    /// <returns>Whether there was any.</returns>
    public bool Cover(Span<byte> text, out int waiting)
    {
        var (state, any) = (0, false);
        for (var i = 0; i < text.Length; i++)
        {
            state = Next(state, text[i]);
            if (_match[state] is not (> 0 and var length)) continue;
            text[(i + 1 - length)..(i + 1)].Fill((byte)'*');
            any = true;
        }
        waiting = _depth[state];
        return any;
    }

    /// <summary>The text with `***` for every secret.</summary>
    public string Cover(string text)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var mask = new MaskedOutput(this);
        mask.Write(System.Text.Encoding.UTF8.GetBytes(text), output);
        mask.End(output);
        return System.Text.Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>In order of number, hence of depth: what a state falls back to is linked before it.</summary>
    private void Link()
    {
        for (var state = 0; state < _label.Length; state++)
        {
            if (state < _dense && state > 0) Array.Copy(_rows, _fail[state] * 256, _rows, state * 256, 256);
            for (var child = _child[state]; child != 0; child = _sibling[child])
            {
                // From the root, a child falls back to the root; else to where its letter leads from the fallback.
                _fail[child] = state == 0 ? 0 : Next(_fail[state], _label[child]);
                if (_match[child] == 0) _match[child] = _match[_fail[child]];
                if (state < _dense) _rows[state * 256 + _label[child]] = child;
            }
        }
    }
}

namespace Headway.Core.Secrets.Masking;

/// <summary>All patterns, sharing their beginnings.</summary>
internal sealed class PatternTree
{
    private readonly List<Node> _nodes = [new(0, 0, 0, 0, 0)];

    public void Add(ReadOnlySpan<byte> pattern)
    {
        var at = 0;
        foreach (var letter in pattern) at = Find(at, letter) ?? Grow(at, letter);
        if (at > 0) _nodes[at] = _nodes[at] with { Match = _nodes[at].Depth };
    }

    /// <summary>Numbered by depth.</summary>
    public (byte[] Label, int[] Child, int[] Sibling, ushort[] Depth, ushort[] Match) Numbered()
    {
        var order = new List<int>(_nodes.Count) { 0 };
        var number = new int[_nodes.Count];
        for (var i = 0; i < order.Count; i++)
            for (var child = _nodes[order[i]].Child; child != 0; child = _nodes[child].Sibling)
            {
                number[child] = order.Count;
                order.Add(child);
            }
        return ([.. order.Select(each => _nodes[each].Label)], [.. order.Select(each => number[_nodes[each].Child])],
            [.. order.Select(each => number[_nodes[each].Sibling])], [.. order.Select(each => _nodes[each].Depth)],
            [.. order.Select(each => _nodes[each].Match)]);
    }

    private int? Find(int at, byte letter)
    {
        for (var child = _nodes[at].Child; child != 0; child = _nodes[child].Sibling)
            if (_nodes[child].Label == letter) return child;
        return null;
    }

    private int Grow(int at, byte letter)
    {
        var made = _nodes.Count;
        _nodes.Add(new(letter, 0, _nodes[at].Child, (ushort)(_nodes[at].Depth + 1), 0));
        _nodes[at] = _nodes[at] with { Child = made };
        return made;
    }

    private readonly record struct Node(byte Label, int Child, int Sibling, ushort Depth, ushort Match);
}

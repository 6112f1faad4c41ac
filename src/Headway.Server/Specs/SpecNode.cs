using System.Collections.Immutable;

namespace Headway.Server.Specs;

/// <summary>The file as a tree, each node knowing its place. Aliases are expanded by sharing the node.</summary>
/// <param name="Size">Nodes in it with all aliases written out; bounds what a reader can be made to walk.</param>
/// <param name="Depth">Levels in it; bounds recursion.</param>
internal abstract record SpecNode(Mark At, int Size, int Depth)
{
    /// <param name="Quoted">Written in quotes or as a block, so never a null or a number by itself.</param>
    public sealed record Scalar(Mark At, string Text, bool Quoted) : SpecNode(At, 1, 1)
    {
        public bool IsNull => !Quoted && Text is "" or "~" or "null";
    }

    public sealed record List(Mark At, ImmutableArray<SpecNode> Items)
        : SpecNode(At, 1 + Items.Sum(item => item.Size), 1 + Items.Select(item => item.Depth).DefaultIfEmpty().Max());

    public sealed record Map(Mark At, ImmutableArray<Entry> Entries)
        : SpecNode(At, 1 + Entries.Sum(entry => 1 + entry.Value.Size),
            1 + Entries.Select(entry => entry.Value.Depth).DefaultIfEmpty().Max());

    public sealed record Entry(Scalar Key, SpecNode Value);

    /// <summary>What it is, for a sentence.</summary>
    public string Kind => this switch
    {
        Map => "a mapping",
        List => "a list",
        Scalar { IsNull: true } => "nothing",
        Scalar scalar => $"`{Shorten(scalar.Text)}`",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static string Shorten(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= 60 ? line : line[..57] + "...";
    }
}

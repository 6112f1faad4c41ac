using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Headway.Server.Specs;

/// <summary>
/// YAML to <see cref="SpecNode"/> within limits: what a file can make its reader do is bounded before anything looks at
/// the meaning. Stops at the first mistake of YAML, since what follows it cannot be trusted.
/// </summary>
internal sealed class SpecTree(ProblemList problems)
{
    private const int SizeLimit = 10_000;
    private const int DepthLimit = 20;
    private readonly Dictionary<string, SpecNode> _anchors = [];

    public SpecNode? Parse(string yaml)
    {
        try
        {
            var parser = new Parser(new StringReader(yaml));
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _)) return null;
            var root = Node(parser, 1);
            parser.Consume<DocumentEnd>();
            if (!parser.TryConsume<DocumentStart>(out var second)) return root;
            throw new Stop(MarkOf(second.Start), "a second document begins", "one document in the file");
        }
        catch (Stop stop)
        {
            problems.Add(stop.At, stop.Says, stop.Expected);
        }
        catch (YamlException mistake)
        {
            AddYamlMistake(yaml, mistake);
        }
        catch (Exception mistake) when (mistake is InvalidOperationException or ArgumentException
            or IndexOutOfRangeException or NullReferenceException or FormatException or OverflowException)
        {
            // The YAML parser is not ours; whatever it trips over is a mistake in the file, never a crash of the
            // server.
            problems.Add(new Mark(1, 1), "this cannot be read as YAML", "a mapping that begins with `service: NAME`");
        }
        return null;
    }

    private SpecNode Node(Parser parser, int level)
    {
        var at = MarkOf(parser.Current!.Start);
        if (level > DepthLimit) throw new Stop(at, $"this is nested more than {DepthLimit} levels deep");
        if (parser.TryConsume<AnchorAlias>(out var alias)) return Aliased(alias, level);
        if (parser.Current is not NodeEvent start) throw new Stop(at, "this cannot be read as YAML");
        if (!start.Tag.IsEmpty && !start.Tag.IsNonSpecific)
            throw new Stop(at, $"the tag `{SpecNode.Shorten(start.Tag.Value)}` has no meaning here",
                "a value without a tag");

        SpecNode node = start switch
        {
            Scalar => ScalarOf(parser.Consume<Scalar>()),
            SequenceStart => List(parser, at, level),
            _ => Map(parser, at, level),
        };
        if (node.Size > SizeLimit) throw new Stop(at, $"this holds more than {SizeLimit} values");
        if (!start.Anchor.IsEmpty) _anchors[start.Anchor.Value] = node;
        return node;
    }

    private static SpecNode.Scalar ScalarOf(Scalar scalar) =>
        new(MarkOf(scalar.Start), scalar.Value, scalar.Style is not ScalarStyle.Plain);

    private SpecNode.List List(Parser parser, Mark at, int level)
    {
        parser.Consume<SequenceStart>();
        var items = ImmutableArray.CreateBuilder<SpecNode>();
        var size = 1;
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node(parser, level + 1));
            Bound(at, size += items[^1].Size);
        }
        return new(at, items.ToImmutable());
    }

    private SpecNode.Map Map(Parser parser, Mark at, int level)
    {
        parser.Consume<MappingStart>();
        var entries = ImmutableArray.CreateBuilder<SpecNode.Entry>();
        var size = 1;
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var keyAt = MarkOf(parser.Current!.Start);
            var key = Node(parser, level + 1) as SpecNode.Scalar
                ?? throw new Stop(keyAt, "a key must be a word, not a list or a mapping");
            entries.Add(new(key, Node(parser, level + 1)));
            Bound(at, size += 1 + entries[^1].Value.Size);
        }
        return new(at, entries.ToImmutable());
    }

    private SpecNode Aliased(AnchorAlias alias, int level)
    {
        var at = MarkOf(alias.Start);
        if (!_anchors.TryGetValue(alias.Value.Value, out var node))
            throw new Stop(at, $"`*{alias.Value}` names no anchor above it, or the one it stands in");
        if (level + node.Depth > DepthLimit) throw new Stop(at, $"this is nested more than {DepthLimit} levels deep");
        return node;
    }

    private static void Bound(Mark at, int size)
    {
        if (size > SizeLimit) throw new Stop(
            at, $"written out with its aliases this holds more than {SizeLimit} values");
    }

    private void AddYamlMistake(string yaml, YamlException mistake)
    {
        var at = MarkOf(mistake.Start);
        var lines = yaml.TrimEnd('\n').Split('\n');
        if (at.Line > lines.Length) at = new Mark(lines.Length, lines[^1].Length + 1);
        var line = lines[at.Line - 1];
        var indent = line.TakeWhile(char.IsWhiteSpace).ToList();
        if (indent.IndexOf('\t') is >= 0 and var tab)
            problems.Add(new Mark(at.Line, tab + 1), "a tab cannot indent in YAML", "spaces");
        else
            problems.Add(at, $"this is not YAML: {SpecNode.Shorten(Reason(mistake)).TrimEnd('.')}");
    }

    private static string Reason(YamlException mistake) => mistake.Message.Split("): ", 2)[^1];

    private static Mark MarkOf(YamlDotNet.Core.Mark mark) =>
        new((int)Math.Clamp(mark.Line, 1, int.MaxValue), (int)Math.Clamp(mark.Column, 1, int.MaxValue));

    private sealed class Stop(Mark at, string says, string? expected = null) : Exception(says)
    {
        public Mark At { get; } = at;
        public string Says { get; } = says;
        public string? Expected { get; } = expected;
    }
}

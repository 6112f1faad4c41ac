using Headway.Core.Evidence;
using Headway.Core.Evidence.Journeys;

namespace Headway.Server.Specs.Signals;

/// <summary>`probe: /`, `probe: tcp`, or `probe: { send: "PING\r\n", expect: PONG }`.</summary>
internal static class ProbeShape
{
    private static readonly Field<string?> Tcp = new(
        "tcp", "`own`: the port that each instance is given in PORT.",
        new(Shapes.Word("own").Schema, (node, problems) =>
        {
            if (node is SpecNode.Scalar { Text: "own" }) return Found.It<string?>("own");
            problems.Add(node.At, $"port {SpecNode.Shorten(node is SpecNode.Scalar port ? port.Text : node.Kind)} is the "
                + "same for stable and candidate, so it cannot tell them apart", "`own`: the port of each instance", "own");
            return default;
        }), null);

    private static readonly Field<string?> Send = new(
        "send", "What is said to the port once it is connected.", Talk(), null);

    private static readonly Field<string?> Expect = new(
        "expect", "Text that the answer must hold.", Talk(), null);

    private static readonly Shape<TcpTalk> InFull = MapShape.Of(
        "a probe", [Tcp, Send, Expect], values => new TcpTalk(values.Get(Send), values.Get(Expect)));

    private static readonly Shape<string> Path = RunShape.UrlPath();

    private static readonly Shape<TcpTalk> Word = Shapes.Word("tcp").Select(_ => new TcpTalk(null, null));

    private static readonly Field<SignalSource.Probe?> Probe = new(
        "probe", "A request to instances of both releases, again and again: a path, or `tcp`.",
        Shapes.Either(
            node => node is SpecNode.Scalar scalar && !"tcp".StartsWith(scalar.Text, StringComparison.OrdinalIgnoreCase),
            Path.Select(path => (SignalSource.Probe?)new(path, null, default)),
            Shapes.Either(node => node is SpecNode.Map, InFull, Word)
                .Select(talk => (SignalSource.Probe?)new(null, talk, default))),
        null);

    private static readonly Field<TimeSpan> Within = new(
        "within", "How long the whole answer may take (5s when not written).",
        Quantity.Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(30)), JourneyStep.DefaultWithin);

    public static readonly SignalSourceField Field = new(
        Probe, [Within],
        values => (values.Get(Probe) ?? new(null, null, default)) with { Within = values.Get(Within) });

    private static Shape<string?> Talk() => Shapes.Value.Select(text => (string?)text);
}

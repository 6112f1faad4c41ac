using Headway.Core.Conditions;
using Xunit;

namespace Headway.Core.Tests.Conditions;

/// <summary>Texts that nobody would write: each has a value or an error, on a small stack, at bounded cost.</summary>
public sealed class HostileTextTests
{
    private const string Input = """
        { "a": { "b": [1, 2.5, "x", null, { "c": true }] }, "text": "héllo 🐱", "n": 3, "list": [3, 1, 2], "x": {} }
        """;

    private static readonly string[] Words =
    [
        "a", "b", "c", "x", "text", "n", "list", "cel", "math", "optional", "int", "string", "google", "true", "null",
        "1", "-1", "0", "2u", "1.5", "9223372036854775807", "1e308", "'x'", "\"é🐱\"", "b'\\xff'", "r'\\'", "'''\n'''",
        "(", ")", "[",
        "]", "{", "}", ",", ":", "?", ".", "+", "-", "*", "/", "%", "!", "==", "!=", "<", "<=", ">", ">=",
        "&&", "||", "in", " ", "\n", "//", "`", "'", "\"", "\\", "@index0", "@", "\u0000", "é", "\ud800",
        ".map(x, ", ".all(x, ", ".exists(i, v, ", ".filter(x, ", ".size()", ".matches(", ".format([", ".replace('', ",
        ".split('')", ".join()", ".?b", "[?0]", ".orValue(", "optional.of(", "optional.none()", "cel.bind(x, ",
        "cel.block([", "has(a.b)", "timestamp(", "duration('", "'2026-01-01T00:00:00Z'", ".getHours('+01:00')", "dyn(",
        "google.protobuf.Struct{fields: ", "google.protobuf.Any{", "math.greatest(", "ip('::1')", "cidr('10.0.0.0/8')",
        ".transformMap(k, v, ", "base64.decode(", "strings.quote(", "bytes(", "type(",
        "%s %d %.3f", "{'a': 1}", "[1, 2]",
    ];

    private static readonly string[] Seeds =
    [
        "a.b.filter(x, type(x) == int).map(x, x + 1)", "text.split(' ').map(t, t.upperAscii()).join('-')",
        "has(a.b) ? a.b[0] : optional.of(n).orValue(2)", "list.all(i, v, v > i || v == 1 / 0)",
        "'%s %.2f %x'.format([list, 2.5, text])", "cel.bind(y, {?'k': a.?b}, y.k[4].c && n in list)",
        "timestamp('2026-01-01T00:00:00Z') + duration('1h') > timestamp(0)", "text.matches('^h.llo (?P<cat>.)$')",
        "google.protobuf.Value{number_value: 1.5} == 1.5", "{1: 'a', 2u: b'\\x00', true: [null]}.map(k, k)",
        "math.bitShiftLeft(n, 2) == 12 && cidr('10.0.0.0/8').containsIP('10.1.1.1')",
        "cel.block([1, cel.index(0) + 1], cel.index(1))", "text.substring(1, 3).reverse().replace('l', 'L', 1)",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Nothing_but_a_value_or_an_error_comes_out(int seed) => OnSmallStack(() =>
    {
        var random = new Random(seed);
        var bindings = ConditionJson.Variables(ConditionJson.Read(Input).Value!);
        var limits = new ConditionLimits(Steps: 20_000, Bytes: 1 << 20);
        var values = 0;
        for (var i = 0; i < 8_000; i++)
        {
            var text = random.Next(3) == 0 ? Random(random) : Mutated(random);
            var reading = Condition.Parse(text);
            Assert.True(reading.Condition is null != reading.Error is null, text);
            _ = reading.Condition?.Check(["a", "text"]);
            if (reading.Condition?.Evaluate(bindings, limits) is not { } result) continue;
            Assert.True(result.Value is null != result.Error is null, text);
            Assert.True((result.Error?.Explain(text).Length ?? 0) < 2000, text);
            if (result.Value is not { } value) continue;
            values++;
            _ = ConditionJson.Write(value).Json?.ToJsonString(Wire.Json);
            ReadsBack(value, text);
        }
        Assert.True(values > 400, $"Only {values} texts had a value.");
    });

    /// <summary>What is written of a value reads as the same value.</summary>
    private static void ReadsBack(ConditionValue value, string text)
    {
        var none = new Dictionary<string, ConditionValue>();
        var again = Condition.Parse(value.ToNotation()).Condition?.Evaluate(none).Value;
        Assert.True(again is not null && (again.SameAs(value) || again.ToNotation() == value.ToNotation()),
            $"{text} is {value.ToNotation()}, which reads as {again}");
    }

    private static string Random(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => Words[random.Next(Words.Length)]));

    private static string Mutated(Random random)
    {
        var text = Seeds[random.Next(Seeds.Length)];
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(text.Length + 1);
            var length = Math.Min(random.Next(4), text.Length - at);
            text = text[..at] + (random.Next(2) == 0 ? Words[random.Next(Words.Length)] : "") + text[(at + length)..];
        }
        return text;
    }

    [Fact]
    public void The_deepest_that_is_allowed_fits_a_small_stack() => OnSmallStack(() =>
    {
        const int deep = 250;
        string Nested(string open, string middle, string close) =>
            string.Concat(Enumerable.Repeat(open, deep)) + middle + string.Concat(Enumerable.Repeat(close, deep));
        foreach (var text in (string[])[
            Nested("[", "1", "]"), Nested("{1: ", "1", "}"), Nested("dyn(", "1", ")"), Nested("!", "true", ""),
            Nested("[1].map(x, ", "1", ")"), Nested("[1].all(x, x == 1 && ", "true", ")"),
            Nested("{1: 2}.transformMap(k, v, ", "1", ")"), Nested("cel.bind(x, 1, ", "1", ")"),
            Nested("(true ? ", "1", " : 2)"), Nested("optional.of(1).optMap(x, ", "1", ")"), Nested("", "1", " + 1"),
            "[" + Nested("[", "1", "]") + "] == [" + Nested("[", "1", "]") + "]",
            $"cel.block([[1], {string.Join(", ", Enumerable.Range(0, 300).Select(i => $"[@index{i}]"))}], @index300)"])
        {
            var reading = Condition.Parse(text);
            var result = reading.Condition?.Evaluate(new Dictionary<string, ConditionValue>());
            var isLimited = (reading.Error ?? result?.Error)?.Kind == ConditionErrorKind.Limit;
            Assert.True(result?.Value is not null || isLimited, $"{text[..40]}: {reading.Error ?? result?.Error}");
            if (result?.Value is not { } value) continue;
            _ = value.ToNotation() + ConditionJson.Write(value).Json?.ToJsonString(Wire.Json);
        }
    });

    private static void OnSmallStack(Action run)
    {
        Exception? wrong = null;
        var thread = new Thread(() =>
        {
            try
            {
                run();
            }
            catch (Exception no)
            {
                wrong = no;
            }
        }, maxStackSize: 1 << 20);
        thread.Start();
        thread.Join();
        if (wrong is not null) throw new InvalidOperationException(wrong.Message, wrong);
    }
}

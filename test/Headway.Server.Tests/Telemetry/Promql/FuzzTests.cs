using System.Text;
using Headway.Server.Telemetry.Promql;
using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Promql.Syntax;
using Xunit;

namespace Headway.Server.Tests.Telemetry.Promql;

/// <summary>Whatever is asked, the answer is a value or a failure that says why.</summary>
public sealed class FuzzTests
{
    private static readonly string[] Words =
    [
        "up", "gappy", "temperature", "http_requests_total", "cpu_a", "cpu_b", "request_seconds_bucket", "nothing",
        "{job=\"api\"}", "{code=~\"5..\"}", "{", "}", "(", ")", "[5m]", "[10m:1m]", "[", "]", "[5m:]", ",", "+", "-", "*", "/", "%",
        "^", "atan2", "==", "!=", "<", ">=", "bool", "and", "or", "unless", "on(job)", "ignoring(code)", "group_left", "group_right(a)",
        "by (job)", "without (instance)", "by", "offset 5m", "offset -1h", "@ 1700001000", "@ start()", "@ end()", "@", "1", "0.5",
        "1e308", "Inf", "NaN", "-1", "\"a\"", "'$1'", "\"(\"", "5m", "#", "\n", "=~", "!~", "=", "é", "\0", "le", "1e400",
        .. Headway.Server.Telemetry.Promql.Functions.Function.Names.Select(name => name + "("),
        .. AggregationKinds.ByWord.Keys.Select(name => name + "("),
    ];

    [Fact]
    public async Task Random_queries_are_answered_or_refused()
    {
        var random = new Random(4711);
        var limits = new QueryLimits { Samples = 2_000_000, Timeout = TimeSpan.FromSeconds(20) };
        using var engine = new Engine(SampleSeries.Select(SampleSeries.All), limits);
        var answered = 0;
        for (var i = 0; i < 8_000; i++)
        {
            var query = i % 3 == 0 ? Valid(random, 4) : i % 3 == 1 ? Soup(random) : Damaged(random, Valid(random, 3));
            if (await IsAnsweredAsync(engine, query, i % 2 == 0)) answered++;
        }
        Assert.True(answered > 1_200, $"Only {answered} random queries were answered.");
    }

    [Theory]
    [InlineData("(", 1, ")")]
    [InlineData("-", 1, "")]
    [InlineData("", 1, "+1")]
    [InlineData("", 1, "^1")]
    [InlineData("abs(", 0, ")")]
    [InlineData("sum(", 0, ")")]
    [InlineData("max_over_time(", 0, "[5m:1m])")]
    [InlineData("", 0, " or up")]
    [InlineData("", 0, "[5m:1m]")]
    [InlineData("((((", 1, "+1)+1)+1)+1)")]
    public async Task Deep_queries_are_refused_before_the_stack_is_used_up(string before, int literal, string after)
    {
        using var engine = new Engine(SampleSeries.Select([]), new());
        foreach (var depth in new[] { 50, 240, 400, 2_000, 60_000 })
            await IsAnsweredAsync(engine, string.Concat(Enumerable.Repeat(before, depth)) + (literal == 1 ? "1" : "up")
                + string.Concat(Enumerable.Repeat(after, depth)), range: true);
    }

    [Fact]
    public void What_is_printed_is_read_as_the_same_query()
    {
        var random = new Random(99);
        for (var i = 0; i < 5_000; i++)
        {
            var query = Valid(random, 4);
            Expression read;
            try
            {
                read = Parser.Parse(query);
            }
            catch (QueryFailedException)
            {
                continue;
            }
            var line = Printer.Line(read);
            Assert.Equal(line, Printer.Line(Parser.Parse(line)));
            Assert.Equal(line, Printer.Line(Parser.Parse(Printer.Pretty(read))));
        }
    }

    /// <summary>Anything but a value or a failure of the query fails the test.</summary>
    private static async Task<bool> IsAnsweredAsync(Engine engine, string query, bool range)
    {
        var grid = range ? Grid.Between(SampleSeries.At(1800), SampleSeries.At(5400), 300_000) : Grid.At(SampleSeries.At(4000));
        try
        {
            _ = range ? await engine.RangeAsync(query, grid, null, default) : await engine.AtAsync(query, grid.Start, null, default);
            return true;
        }
        catch (QueryFailedException failure)
        {
            Assert.NotEmpty(failure.Message);
            return false;
        }
        catch (Exception e)
        {
            Assert.Fail($"{(query.Length > 500 ? query[..500] : query)}\n{e}");
            return false;
        }
    }

    private static string Soup(Random random) =>
        string.Join(random.Next(2) == 0 ? " " : "", Enumerable.Range(0, random.Next(1, 12)).Select(_ => Pick(random, Words)));

    private static string Damaged(Random random, string query)
    {
        var text = new StringBuilder(query);
        for (var i = random.Next(1, 3); i > 0 && text.Length > 0; i--)
        {
            var at = random.Next(text.Length);
            if (random.Next(2) == 0) text.Remove(at, 1);
            else text.Insert(at, Pick(random, Words));
        }
        return text.ToString();
    }

    /// <summary>A query that is right by its grammar, and often by its types.</summary>
    private static string Valid(Random random, int depth)
    {
        string Vector() => depth <= 0 || random.Next(5) == 0
            ? Pick(random, ["up", "gappy", "temperature", "http_requests_total", "cpu_a", "cpu_b", "{__name__=~\"cpu_.*\"}", "wide", "huge"])
                + Pick(random, ["", "", " offset 5m", " @ end()", " offset -10m"])
            : Valid(random, depth - 1);
        string Matrix() => random.Next(3) > 0
            ? Pick(random, ["up", "gappy", "temperature", "jittery_total", "http_requests_total"]) + Pick(random, ["[5m]", "[20m]", "[1m] offset 7m"])
            : $"({Vector()}){Pick(random, ["[10m:1m]", "[30m:]", "[5m:30s] @ start()"])}";
        string Scalar() => Pick(random, ["0.5", "2", "-1", "Inf", "NaN", "time()", "scalar(up)", "1e20"]);
        return random.Next(8) switch
        {
            0 => $"{Pick(random, ["rate", "increase", "delta", "irate", "deriv", "changes", "resets", "avg_over_time", "sum_over_time", "stddev_over_time", "last_over_time", "absent_over_time"])}({Matrix()})",
            1 => $"{Pick(random, ["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"])}{Pick(random, ["", " by (job)", " without (instance)"])}({Vector()})",
            2 => $"{Pick(random, ["topk", "bottomk", "quantile"])}{Pick(random, ["", " by (job)"])}({Scalar()}, {Vector()})",
            3 => $"{Pick(random, ["abs", "ceil", "ln", "sgn", "sort", "absent", "timestamp", "hour", "days_in_month", "sqrt", "round"])}({Vector()})",
            4 => $"({Vector()} {Pick(random, ["+", "-", "*", "/", "%", "^", "atan2", "==", ">", "< bool", "and", "or", "unless", "* on(job)", "/ ignoring(code)", "* on(job) group_left", "+ on(instance) group_right(job)"])} {Vector()})",
            5 => $"({Vector()} {Pick(random, ["+", "/", ">", "!= bool", "%"])} {Scalar()})",
            6 => Pick(random, [$"-{Vector()}", $"histogram_quantile({Scalar()}, {Vector()})", $"quantile_over_time({Scalar()}, {Matrix()})",
                $"predict_linear({Matrix()}, {Scalar()})", $"holt_winters({Matrix()}, 0.5, 0.5)", $"clamp({Vector()}, {Scalar()}, {Scalar()})",
                $"count_values(\"v\", {Vector()})", $"vector({Scalar()})"]),
            _ => Pick(random, [$"label_replace({Vector()}, \"x\", \"$1\", \"instance\", \"(.*):.*\")", $"label_join({Vector()}, \"job\", \"-\", \"code\")"]),
        };
    }

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}

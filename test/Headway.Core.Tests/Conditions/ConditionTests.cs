using Headway.Core.Conditions;
using Headway.Core.Conditions.Values;
using Xunit;

namespace Headway.Core.Tests.Conditions;

/// <summary>Conditions as people write them about releases.</summary>
public sealed class ConditionTests
{
    private const string Release = """
        { "service": "checkout", "environment": "production", "labels": { "team": "pay", "tier": "1" },
          "candidate": { "last": 0.9, "count": 12, "errors": 3 }, "stable": { "median": 0.2, "count": 400 },
          "checks": [ { "name": "smoke", "ok": true }, { "name": "load", "ok": false } ],
          "approvals": ["ann", "bob"], "scan": { "critical": 0, "high": 2 }, "at": "2026-02-06T16:30:00Z" }
        """;

    [Theory]
    [InlineData("candidate.last > 3.0 * stable.median && candidate.count >= 10", true)]
    [InlineData("candidate.last > 5.0 * stable.median || candidate.count < 10", false)]
    [InlineData("double(candidate.errors) / double(candidate.count) <= 0.25", true)]
    [InlineData("input.candidate.count > 3", true)]
    [InlineData("size(approvals) >= 2 && 'ann' in approvals", true)]
    [InlineData("approvals.exists(who, who.startsWith('b'))", true)]
    [InlineData("checks.all(check, check.ok)", false)]
    [InlineData("checks.filter(check, !check.ok).map(check, check.name) == ['load']", true)]
    [InlineData("scan.critical == 0 && scan.high <= 5", true)]
    [InlineData("labels.tier == '1' && 'team' in labels", true)]
    [InlineData("has(labels.owner) ? labels.owner == 'x' : labels.team == 'pay'", true)]
    [InlineData("labels.?owner.orValue('nobody') == 'nobody'", true)]
    [InlineData("environment == 'production' && service.matches('^check(out|in)$')", true)]
    [InlineData("timestamp(at).getDayOfWeek('Europe/Berlin') == 5 && timestamp(at).getHours('Europe/Berlin') >= 17",
        true)]
    [InlineData("timestamp(at) + duration('1h30m') == timestamp('2026-02-06T18:00:00Z')", true)]
    [InlineData("missing.value > 1 || candidate.count == 12", true)]
    public void A_condition_about_a_release_holds_or_not(string condition, bool holds)
    {
        var result = Evaluations.Evaluate(condition, Release);
        Assert.True(result.Error is null, $"{result.Error}");
        Assert.Equal(holds, result.Holds);
        Assert.Equal(ConditionValue.Bool.Of(holds), result.Value);
    }

    [Fact]
    public void A_condition_is_read_once_and_evaluated_by_many_at_once()
    {
        var condition = Condition.Parse("runs.filter(r, r % 2 == 0).map(r, r * factor).exists(r, r == 18)").Condition!;
        var wrong = 0;
        Parallel.For(0, 200, factor =>
        {
            var bindings = new Dictionary<string, ConditionValue>
            {
                ["factor"] = new ConditionValue.Int(factor),
                ["runs"] = new ConditionValue.List([.. Enumerable.Range(0, 10).Select(i => new ConditionValue.Int(i))]),
            };
            if (condition.Evaluate(bindings).Holds != factor is 3 or 9) Interlocked.Increment(ref wrong);
        });
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void Time_is_a_variable_like_any_other()
    {
        var bindings = new Dictionary<string, ConditionValue>
        {
            ["now"] = ConditionValue.Timestamp.At(new DateTimeOffset(2026, 2, 6, 18, 0, 0, 250, TimeSpan.FromHours(1))),
            ["started"] = ConditionValue.Timestamp.At(new DateTimeOffset(1969, 12, 31, 23, 59, 59, 500, TimeSpan.Zero)),
        };
        Assert.True(Evaluations.Evaluate("now == timestamp('2026-02-06T17:00:00.25Z')", bindings).Holds);
        Assert.True(Evaluations.Evaluate("started == timestamp('1969-12-31T23:59:59.5Z')", bindings).Holds);
        Assert.True(Evaluations.Evaluate("now - started > duration('100h')", bindings).Holds);
    }

    [Fact]
    public void Not_a_number_is_less_greater_and_equal_to_nothing()
    {
        var bindings = new Dictionary<string, ConditionValue> { ["rate"] = new ConditionValue.Double(double.NaN) };
        foreach (var condition in (string[])["rate > 1.0", "rate <= 1.0", "rate == rate", "rate < 1", "rate in [rate]"])
            Assert.Equal(ConditionValue.Bool.False, Evaluations.Evaluate(condition, bindings).Value);
        Assert.True(Evaluations.Evaluate("rate != rate && math.isNaN(rate)", bindings).Holds);
    }

    [Theory]
    [InlineData("y", "com.example.y", "1")]
    [InlineData(".y", "com.example.y", "2")]
    [InlineData("z.field", "", "3")]
    [InlineData("(z).field", "", "4")]
    [InlineData("[{'field': 5}].map(z, z.field)[0]", "", "5")]
    [InlineData("[{'field': 5}].map(z, .z.field)[0]", "", "3")]
    public void The_longest_name_in_the_innermost_container_is_meant(string expression, string container, string value)
    {
        var map = new MapEntries.Builder().Add("field", new ConditionValue.Int(4)).Build();
        var bindings = new Dictionary<string, ConditionValue>
        {
            ["com.example.y"] = new ConditionValue.Int(1), ["y"] = new ConditionValue.Int(2),
            ["z.field"] = new ConditionValue.Int(3), ["z"] = new ConditionValue.Map(map),
        };
        var inside = container.Length == 0 ? "" : "com.example";
        var condition = Condition.Parse(expression, new(inside)).Condition!;
        Assert.Equal(value, condition.Evaluate(bindings).Value?.ToNotation());
    }

    [Fact]
    public void Without_macros_their_names_are_those_of_functions()
    {
        var condition = Condition.Parse("[1].all(x, true)", new(Macros: false)).Condition!;
        var result = condition.Evaluate(new Dictionary<string, ConditionValue> { ["x"] = ConditionValue.Null.Value });
        Assert.StartsWith("unbound function", result.Error!.Says);
    }
}

using Headway.Core.Evidence.Answers;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Server.Specs;
using Xunit;

namespace Headway.Server.Tests.Specs;

public sealed class ShadowSpecTests
{
    [Fact]
    public void The_short_form_has_defaults_and_copies_only_what_changes_nothing()
    {
        var production = Good("shadow: true");
        Assert.Equal(new(0.1, TimeSpan.FromMinutes(1), 100, MirrorRules.Default), production.Shadow);
        Assert.Equal(["GET", "HEAD", "OPTIONS"], production.Shadow!.Rules.Methods);
        Assert.Null(production.Strategy);
        Assert.Null(Good("canary: [5%]").Shadow);
    }

    [Fact]
    public void Everything_may_be_said_and_a_canary_may_follow()
    {
        var production = Good(
            "shadow: { share: 25%, for: 10m, requests: 500, methods: [GET, POST], ignore: [$.timestamp, '$.items[*].id'], "
            + "sort: [$.tags.*.names], headers: [Content-Type, etag], tolerance: 1% }\n    canary: [5%, 25%]");
        Assert.IsType<StrategySpec.Canary>(production.Strategy);
        Assert.Equal(new(0.25, TimeSpan.FromMinutes(10), 500, new MirrorRules
        {
            Methods = ["GET", "POST"], Ignore = ["$.timestamp", "$.items[*].id"], Sort = ["$.tags.*.names"],
            Headers = ["content-type", "etag"], Tolerance = 0.01,
        }), production.Shadow);
    }

    public static TheoryData<string, string, string?> Mistakes => new()
    {
        { "shadow: false", "`shadow` cannot be `false`", null },
        { "shadow: 10%", "`shadow` cannot be `10%`", null },
        { "shadow: { share: 10 }", "this cannot be `10`", "10%" },
        { "shadow: { share: 0% }", "this cannot be `0%`", null },
        { "shadow: { methods: [GETT] }", "`GETT` has no meaning here", "GET" },
        { "shadow: { methods: [] }", "`methods` is empty", null },
        { "shadow: { ignore: [timestamp] }", "`timestamp` does not begin with `$`", null },
        { "shadow: { ignore: ['$.a['] }", "cannot be read from `[` on", null },
        { "shadow: { sort: [$] }", "`$` is the whole answer", null },
        { "shadow: { headers: ['a b'] }", "`a b` cannot be the name of a header", null },
        { "shadow: { tolerence: 1% }", "unknown key `tolerence` in `shadow`", "tolerance" },
        { "shadow: { requests: 0 }", "this cannot be `0`", null },
        { "shadow: [GET]", "`shadow` cannot be a list", null },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void A_mistake_is_said_at_its_place(string written, string says, string? nearest)
    {
        var read = SpecReader.Read("headway.yaml", File(written));
        var problem = Assert.Single(read.Problems);
        Assert.Contains(says, problem.Says);
        Assert.Equal((5, nearest), (problem.Line, problem.Nearest));
    }

    private static EnvironmentSpec Good(string written)
    {
        var read = SpecReader.Read("headway.yaml", File(written));
        Assert.Equal("", read.Says);
        return read.Spec!.Environments.Single();
    }

    private static string File(string written) =>
        $"service: a\nrun: {{ command: x }}\nrelease: {{ }}\n".Replace("{ }", $"\n  production:\n    {written}", StringComparison.Ordinal);
}

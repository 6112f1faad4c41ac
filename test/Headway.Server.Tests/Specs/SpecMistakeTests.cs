using Headway.Server.Specs;
using Xunit;

namespace Headway.Server.Tests.Specs;

public sealed class SpecMistakeTests
{
    /// <summary>A file with one mistake, where it is, what must be said of it, and the nearest valid word.</summary>
    public static TheoryData<string, int, int, string, string?> Mistakes => new()
    {
        { "service: a\nrun: { command: x }\nrelese: {}", 3, 1, "unknown key `relese`", "release" },
        { "service: a\nrun: { command: x, helth: / }", 2, 20, "unknown key `helth` in `run`", "health" },
        { "service: a\nrun: { command: x, start_within: 5s }", 2, 20, "unknown key `start_within`", "startWithin" },
        { "service: a\nrun: { command: x, zebra: 5s }", 2, 20, "unknown key `zebra`", null },
        { "service: a\nrun: { command: x }\nrun: { command: y }", 3, 1, "`run` is written twice", null },
        { "service: a\nservice: b\nrun: { command: x }", 2, 1, "`service` is written twice", null },
        { "service: a\nrun: { command: x, startWithin: 1s, start within: 2s }", 2, 37,
            "`start within` is written twice", null },
        { "run: { command: x }", 1, 1, "has no `service`", null },
        { "service: a", 1, 1, "has no `run`", null },
        { "service: a\nrun: {}", 2, 6, "`run` has no `command`", null },
        { "service: a\nrun:", 2, 5, "`run` has no `command`", null },
        { "service: a\nrun: { command: }", 2, 17, "this cannot be nothing", null },
        { "service: My Shop\nrun: { command: x }", 1, 10, "`My Shop` cannot be the name", null },
        { "service: [a]\nrun: { command: x }", 1, 10, "this cannot be a list", null },
        { "- a\n- b", 1, 1, "headway.yaml cannot be a list", null },
        { "hello", 1, 1, "headway.yaml cannot be `hello`", null },
        { "", 1, 1, "the file is empty", null },
        { " \n\t\n", 1, 1, "the file is empty", null },
        { "# only a comment\n", 1, 1, "the file holds no specification", null },
        { "service: a\nrun: { command: x, port: https }", 2, 26, "`https` has no meaning", "http" },
        { "service: a\nrun: { command: x, stopWithin: 30 }", 2, 32, "this cannot be `30`", "30s" },
        { "service: a\nrun: { command: x, stopWithin: 10 minutes }", 2, 32, "this cannot be `10 minutes`", "10m" },
        { "service: a\nrun: { command: x, stopWithin: 5 MB }", 2, 32, "this cannot be `5 MB`", null },
        { "service: a\nrun: { command: x, stopWithin: 99999999999h }", 2, 32, "this cannot be", null },
        { "service: a\nrun: { command: x, stopWithin: -5s }", 2, 32, "this cannot be `-5s`", null },
        { "service: a\nrun: { command: x, memory: 256 }", 2, 28, "this cannot be `256`", "256 MB" },
        { "service: a\nrun: { command: x, memory: 256mb }", 2, 28, "this cannot be `256mb`", "256 MB" },
        { "service: a\nrun: { command: x, cpu: lots }", 2, 25, "this cannot be `lots`", null },
        { "service: a\nrun: { command: x, instances: two }", 2, 31, "this cannot be `two`", null },
        { "service: a\nrun: { command: x, instances: 0 }", 2, 31, "this cannot be `0`", null },
        { "service: a\nrun: { command: x, instances: { min: 4, max: 2 } }", 2, 33, "`min: 4` is above `max: 2`", null },
        { "service: a\nrun: { command: x, scale: { cpu: 70% } }", 2, 20, "`scale` has nothing to choose", null },
        { "service: a\nrun: { command: x, instances: { max: 2 }, scale: { requests: 5 } }", 2, 62, "this cannot be `5`",
            "5/s" },
        { "service: a\nrun: { command: x, health: healthz }", 2, 28, "`healthz` is not a path", "/healthz" },
        { "service: a\nrun: { command: x, env: { 1A: x } }", 2, 27, "`1A` cannot be a name in `env`", null },
        { "service: a\nrun: { command: x, env: { PORT: 1 } }", 2, 27, "`PORT` is set by Headway", null },
        { "service: a\nrun: { command: x }\nobjectives: { availability: 99.9 }", 3, 29, "this cannot be `99.9`",
            "99.9%" },
        { "service: a\nrun: { command: x }\nobjectives: { availability: 120% }", 3, 29, "this cannot be `120%`", null },
        { "service: a\nrun: { command: x }\nobjectives: { latency: { p50: 2s, p99: 1s } }", 3, 35,
            "`p99` is below `p50`", null },
        { "service: a\nrun: { command: x }\nbuild: { a: { run: x, artifact: o, needs: b }, b: { run: y, needs: a } }",
            3, 10, "none could start: a needs b, b needs a", null },
        { "service: a\nrun: { command: x }\nbuild: { a: { run: x, artifact: o, needs: a } }", 3, 10,
            "job `a` needs itself", null },
        { "service: a\nrun: { command: x }\nbuild: { test: { run: x }, b: { run: y, artifact: o, needs: [tset] } }", 3,
            62, "needs `tset`, which is no job", "test" },
        { "service: a\nrun: { command: x }\nbuild: { a: { run: x, artifact: o }, b: { run: y, artifact: p } }", 3, 38,
            "both keep an artifact", null },
        { "service: a\nrun: { command: x }\nbuild: { a: { run: x } }", 3, 8, "no job keeps an artifact", null },
        { "service: a\nrun: { command: x }\nbuild: { a: { artifact: o } }", 3, 13, "a job has no `run`", null },
        { "service: a\nrun: { command: x }\nbuild: { a: { run: x, artifact: ../o } }", 3, 33, "leads out of the source",
            null },
        { "service: a\nrun: { command: x }\nbuild: { a: { run: x, artifact: /o } }", 3, 33, "leads out of the source",
            null },
        { "service: a\nrun: { command: x }\nbuild: { a: { run: x, artifact: o, network: yes } }", 3, 45,
            "this cannot be `yes`", null },
        { "service: a\nrun: { command: x }\nbuild: { a: { run: x, artifact: o }, a: { run: y } }", 3, 38,
            "`a` is written twice in `build`", null },
        { "service: a\nrun: { command: x }\nrelease: { production: {}, production: {} }", 3, 28,
            "`production` is written twice in `release`", null },
        { "service: a\nrun: { command: x }\nrelease: {}", 3, 10, "`release` has no environment", null },
        { "service: a\nrun: { command: x }\nrelease: { p: { canary: [5%], blueGreen: true } }", 3, 31,
            "two strategies at once", null },
        { "service: a\nrun: { command: x }\nrelease: { p: { canary: [5%, 5%] } }", 3, 30, "5% comes after 5%", null },
        { "service: a\nrun: { command: x }\nrelease: { p: { canary: [25%, 5%] } }", 3, 31, "5% comes after 25%", null },
        { "service: a\nrun: { command: x }\nrelease: { p: { canary: [0%] } }", 3, 26, "exposes nobody", null },
        { "service: a\nrun: { command: x }\nrelease: { p: { canary: [100%] } }", 3, 26, "exposes everybody", null },
        { "service: a\nrun: { command: x }\nrelease: { p: { canary: [150%] } }", 3, 26, "this cannot be `150%`", null },
        { "service: a\nrun: { command: x }\nrelease: { p: { canary: [5] } }", 3, 26, "this cannot be `5`", "5%" },
        { "service: a\nrun: { command: x }\nrelease: { p: { canary: [5% for 30] } }", 3, 26, "this cannot be `30`",
            "30s" },
        { "service: a\nrun: { command: x }\nrelease: { p: { canary: [5% until friday] } }", 3, 26,
            "a canary step cannot be `5% until friday`", null },
        { "service: a\nrun: { command: x }\nrelease: { p: { canary: [] } }", 3, 25, "`canary` has no step", null },
        { "service: a\nrun: { command: x }\nrelease: { p: { canary: 5% } }", 3, 25, "canary cannot be `5%`", null },
        { "service: a\nrun: { command: x }\nrelease: { p: { rolling: fast } }", 3, 26, "a strategy cannot be `fast`",
            null },
        { "service: a\nrun: { command: x }\nrelease: { p: { canary: [5%], exposure: 50 } }", 3, 41,
            "this cannot be `50`", "50 failed requests" },
        { "service: a\nrun: { command: x }\nrelease: { p: { exposure: 10% } }", 3, 27, "this cannot be `10%`", "10% of error budget" },
        { "service: a\nrun: { command: x }\nrelease: { p: { exposure: 10% of error budget } }", 3, 1,
            "`exposure` of `p` is a share of the error budget, and no availability is promised", null },
        { "service: a\nrun: { command: x }\nrelease: { p: { canary: [5%], inconclusive: promot } }", 3, 45,
            "`promot` has no meaning", "promote" },
        { "service: a\nrun: { command: x }\nrelease: { p: { holdBack: 5m } }", 3, 17, "`holdBack` needs `canary`",
            null },
        { "service: a\nrun: { command: x }\nrelease: { p: { listen: 70000 } }", 3, 25, "this cannot be `70000`", null },
        { "service: a\nrun: { command: x }\nrelease: { p: { listen: 80 }, q: { listen: 80 } }", 3, 31,
            "both listen on 80", null },
        { "service: a\nrun:\n\tcommand: x", 3, 1, "a tab cannot indent", null },
        { "service: a\nrun:\n  \tcommand: x\n \tb: c", 3, 3, "a tab cannot indent", null },
        { "service: a\u0001\nrun: { command: x }", 1, 11, "the character U+0001", null },
        { "service: a\nrun: { command: \ud800 }", 2, 17, "the character U+D800", null },
        { "service: a\nrun: { command: x", 2, 18, "this is not YAML", null },
        { "service: a\nrun: { command: x }\n---\nservice: b", 3, 1, "a second document begins", null },
        { "service: a\nrun: !!python/object:os.system { command: x }", 2, 6, "has no meaning here", null },
        { "service: a\nrun: *nowhere", 2, 6, "names no anchor above it", null },
        { "service: a\nrun: &me { command: x, env: *me }", 2, 29, "names no anchor above it", null },
        { "service: a\n? [x]\n: y", 2, 3, "a key must be a word", null },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_named_with_its_place_and_the_nearest_word(
        string yaml, int line, int column, string says, string? nearest)
    {
        var reading = SpecReader.Read("headway.yaml", yaml);

        Assert.Null(reading.Spec);
        var problem = reading.Problems.FirstOrDefault(problem => problem.Says.Contains(says));
        Assert.True(problem is not null, $"nothing says \"{says}\" among:\n{reading.Says}");
        Assert.Equal((line, column), (problem.Line, problem.Column));
        Assert.Equal(nearest, problem.Nearest);
        Assert.StartsWith($"headway.yaml:{line}:{column}: ", problem.ToString());
    }

    [Fact]
    public void All_mistakes_are_said_at_once_in_the_order_of_the_file()
    {
        var reading = SpecReader.Read(
            "f", "servce: a\nrun: { comand: x, port: ftp }\nrelease: { p: { canary: [9%, 3%] } }");

        Assert.Equal([1, 1, 2, 2, 2, 3], reading.Problems.Select(problem => problem.Line));
        Assert.Equal(
            "f:1:1: unknown key `servce` in headway.yaml. Did you mean `service`? "
            + "Expected `service`, `owner`, `tier`, `dependsOn`, `runbook`, `onCall`, `on`, `source`, `build`, `tests`, `supply`, `run`, `objectives`, "
            + "`evidence`, `scans`, `release`, `paths`, `supersede`.",
            reading.Problems.First(problem => problem.Nearest == "service").ToString());
    }

    [Fact]
    public void A_bomb_of_aliases_is_refused()
    {
        var lines = Enumerable.Range(1, 8).Select(i =>
            $"  V{i}: &v{i} [{string.Join(", ", Enumerable.Repeat(i == 1 ? "x" : $"*v{i - 1}", 10))}]");
        var reading = SpecReader.Read("f", "service: a\nrun:\n" + string.Join('\n', lines));

        var problem = Assert.Single(reading.Problems);
        Assert.Contains("with its aliases this holds more than", problem.Says);
    }

    [Fact]
    public void Ten_megabytes_are_refused_unread()
    {
        var problem = Assert.Single(SpecReader.Read("f", new string('a', 10 << 20)).Problems);

        Assert.Equal("the file has 10,240 KB", problem.Says);
        Assert.Equal("at most 256 KB", problem.Expected);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{ a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("!a ")]
    [InlineData("&a ")]
    public void Deep_nesting_is_refused(string open)
    {
        var yaml = string.Concat(Enumerable.Repeat(open, 20_000));

        Assert.NotEmpty(SpecReader.Read("f", yaml).Problems);
    }

    [Fact]
    public void A_thousand_mistakes_do_not_fill_the_screen()
    {
        var yaml = "service: a\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"k{i}: x\n"));

        Assert.InRange(SpecReader.Read("f", yaml).Problems.Length, 1, 30);
    }
}

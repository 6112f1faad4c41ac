using Headway.Core.Evidence;
using Headway.Core.Evidence.Journeys;
using Headway.Server.Specs;
using Xunit;

namespace Headway.Server.Tests.Specs;

/// <summary>Probes, journeys, commands and load in headway.yaml.</summary>
public sealed class SyntheticSpecTests
{
    private const string Head = "service: a\nrun: { command: x }\nevidence:\n";

    private const string Everything = Head + """
          front-page: { probe: /, every: 2s, within: 800ms }
          port: { probe: tcp }
          talk: { probe: { tcp: own, send: "PING\r\n", expect: PONG } }
          buy:
            journey:
              - get: /products
                expect: { status: 200, json: { "$.items[0].id": exists, "$['a b']": "7", "$.n": 7, "$.t": true } }
                extract: { id: "$.items[0].id" }
              - post: /cart/{id}
                headers: { x-try: "{id}" }
                json: { product: "{id}", list: [1, "1", null] }
                expect: { status: 201, within: 500ms, contains: cart, header: { content-type: application/json } }
              - post: /login
                form: { user: "a b&c", id: "{id}" }
                expect: { status: 303 }
              - put: /text
                body: "hello {id}"
            every: 5s
          revenue: { command: ./evidence/revenue.sh, worse: lower }
        release:
          staging: { checks: [./smoke.sh], load: { requests: 50/s, for: 60s, paths: [/, /products], journey: buy, within: 300ms } }
          production: { canary: [50%] }
        """;

    [Fact]
    public void All_of_it_is_read_as_it_was_meant()
    {
        var reading = SpecReader.Read("headway.yaml", Everything);
        Assert.True(reading.Spec is not null, reading.Says);
        var signals = reading.Spec.Evidence.ToDictionary(signal => signal.Name);
        Assert.Equal(new SignalSource.Probe("/", null, TimeSpan.FromMilliseconds(800)), signals["front-page"].Source);
        Assert.Equal(TimeSpan.FromSeconds(2), signals["front-page"].Every);
        Assert.Equal(new SignalSource.Probe(null, new(null, null), TimeSpan.FromSeconds(5)), signals["port"].Source);
        Assert.Equal(new TcpTalk("PING\r\n", "PONG"), ((SignalSource.Probe)signals["talk"].Source).Tcp);
        Assert.IsType<SignalTest.Counts>(signals["buy"].Test);
        Assert.Equal(new SignalSource.Command("./evidence/revenue.sh"), signals["revenue"].Source);
        Assert.Equal(Worse.Lower, Assert.IsType<SignalTest.Gauge>(signals["revenue"].Test).Worse);
        var load = reading.Spec.Environments[0].Load!;
        Assert.Equal((50.0, 60.0, "buy", 300.0),
            (load.RequestsPerSecond, load.For.TotalSeconds, load.Journey, load.Within!.Value.TotalMilliseconds));
        Assert.Null(reading.Spec.Environments[1].Load);
    }

    [Fact]
    public void The_steps_of_a_journey_are_read_as_they_were_meant()
    {
        var steps = ((SignalSource.Journey)SpecReader.Read("f", Everything).Spec!.Evidence
            .Single(signal => signal.Name == "buy").Source).Steps;
        Assert.Equal(["GET /products", "POST /cart/{id}", "POST /login", "PUT /text"],
            steps.Select(step => $"{step.Method} {step.Path}"));
        Assert.Equal([("$.items[0].id", null), ("$['a b']", "\"7\""), ("$.n", "7"), ("$.t", "true")],
            steps[0].Json.Select(each => (each.Path, each.Value)));
        Assert.Equal("$.items[0].id", steps[0].Extract["id"]);
        Assert.Equal(new StepBody(StepBody.Json, """{"product":"{id}","list":[1,"1",null]}"""), steps[1].Body);
        Assert.Equal((201, 500.0, "cart"), (steps[1].Status, steps[1].Within!.Value.TotalMilliseconds, steps[1].Contains));
        Assert.Equal("application/json", steps[1].Header["content-type"]);
        Assert.Equal(new StepBody(StepBody.Form, "id={id}&user=a%20b%26c"), steps[2].Body);
        Assert.Equal((false, true), (steps[2].Follows, steps[3].Follows));
        Assert.Equal(new StepBody(StepBody.Plain, "hello {id}"), steps[3].Body);
    }

    public static TheoryData<string, int, int, string, string?> Mistakes => new()
    {
        { Head + "  p: { prob: / }", 4, 8, "unknown key `prob` in a signal", "probe" },
        { Head + "  p: { probe: front }", 4, 15, "`front` is not a path", "/front" },
        { Head + "  p: { probe: { tcp: 6379 } }", 4, 22, "port 6379 is the same for stable and candidate", "own" },
        { Head + "  p: { probe: /, journey: [ { get: / } ] }", 4, 6, "a signal has one source", null },
        { Head + "  p: { journey: [ { get: / } ], within: 1s }", 4, 33, "`within` means nothing beside `journey`", null },
        { Head + "  j: { journey: [] }", 4, 17, "`journey` has no step", null },
        { Head + "  j: { journey: [ { gte: / } ] }", 4, 21, "unknown key `gte` in a step", "get" },
        { Head + "  j: { journey: [ { get: /, post: / } ] }", 4, 19, "a step is one request", null },
        { Head + "  j: { journey: [ { expect: { status: 200 } } ] }", 4, 19, "a step needs a request", null },
        { Head + "  j: { journey: [ { get: /, json: { a: 1 } } ] }", 4, 21, "`get` carries no body", null },
        { Head + "  j: { journey: [ { post: /, json: 1, form: { a: 1 } } ] }", 4, 39, "`json` and `form` are two bodies", null },
        { Head + "  j: { journey: [ { get: /, expect: { sttus: 200 } } ] }", 4, 39, "unknown key `sttus`", "status" },
        { Head + "  j: { journey: [ { get: /, expect: { status: 99 } } ] }", 4, 47, "this cannot be `99`", null },
        { Head + "  j: { journey: [ { get: /, expect: { json: { count: 1 } } } ] }", 4, 47, "`count` is no JSON path", "$.count" },
        { Head + "  j: { journey: [ { get: /, extract: { id: \"$.a[*]\" } } ] }", 4, 44, "`$.a[*]` is no JSON path", null },
        { Head + "  j: { journey: [ { get: /, extract: { id: $.id } }, { get: \"/x/{ide}\" } ] }", 4, 61,
            "no earlier step extracts `{ide}`", "id" },
        { Head + "  j: { journey: [ { get: \"/{id}\", extract: { id: $.id } } ] }", 4, 26, "no earlier step extracts `{id}`", null },
        { Head + "  j: { journey: [ { get: /, headers: { User-Agent: me } } ] }", 4, 40, "`User-Agent` is set by Headway", null },
        { Head + "  j: { journey: [ { get: /, headers: { x-a: \"b\\nc\" } } ] }", 4, 45, "has a line feed", null },
        { Head + "  j: { command: }", 4, 17, "this cannot be nothing", null },
        { "service: a\nrun: { command: x }\nrelease: { p: { load: { requests: 50, for: 60s, paths: [/] } } }", 3, 35,
            "this cannot be `50`", "50/s" },
        { "service: a\nrun: { command: x }\nrelease: { p: { load: { requests: 50/s, paths: [/] } } }", 3, 23,
            "`load` has no `for`", null },
        { "service: a\nrun: { command: x }\nrelease: { p: { load: { requests: 50/s, for: 60s } } }", 3, 23,
            "`load` has nothing to ask for", null },
        { "service: a\nrun: { command: x }\nrelease: { p: { load: { requests: 5000/s, for: 60s, paths: [/] } } }", 3, 25,
            "more than a node can drive", null },
        { "service: a\nrun: { command: x }\nrelease: { p: { load: { requests: 1/s, for: 60s, paths: [/] } } }", 3, 40,
            "that makes 60 requests", null },
        { Head + "  checkout: { journey: [ { get: / } ] }\nrelease: { p: { load: { requests: 9/s, for: 60s, journey: chekout } } }", 5, 59,
            "there is no journey `chekout`", "checkout" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_named_with_its_place_and_the_nearest_word(
        string yaml, int line, int column, string says, string? nearest)
    {
        var reading = SpecReader.Read("headway.yaml", yaml);
        Assert.Null(reading.Spec);
        var problem = reading.Problems.FirstOrDefault(each => each.Says.Contains(says, StringComparison.Ordinal));
        Assert.True(problem is not null, $"nothing says \"{says}\" among:\n{reading.Says}");
        Assert.Equal((line, column, nearest), (problem.Line, problem.Column, problem.Nearest));
    }
}

using System.Collections.Immutable;
using Headway.Core.Evidence.Journeys;
using Headway.Node.Probes;
using Xunit;

namespace Headway.Node.Tests.Probes;

/// <summary>What a journey sends, expects, extracts and keeps.</summary>
public sealed class JourneyTests
{
    private static readonly ImmutableSortedDictionary<string, string> None = ImmutableSortedDictionary<string, string>.Empty;

    [Fact]
    public async Task Values_and_cookies_go_from_step_to_step_and_every_request_is_tagged()
    {
        await using var shop = Shop();
        var end = await RunAsync(shop,
            new("GET", "/products") { Extract = None.Add("id", "$.items[0].id").Add("name", "$.items[0]['full name']") },
            new("POST", "/cart/{name}")
            {
                Headers = None.Add("x-product", "{id}"),
                Body = new(StepBody.Json, """{"product":"{id}","text":"{id} of {name}"}"""), Status = 201,
                Header = None.Add("content-type", "application/json"), Contains = "cart",
            },
            new("GET", "/cart") { Json = [new("$.count", "1"), new("$.product", "\"{id}\"")] });
        Assert.Null(end.Says(true));
        Assert.Equal([200, 201, 200], end.Steps.Select(step => step.Status!.Value));
        Assert.Contains("POST /cart/a%20%26%20b HTTP/1.1", shop.Asked[1]);
        Assert.Contains("""{"product":7,"text":"7 of a & b"}""", shop.Asked[1]);
        Assert.Contains("x-product: 7", shop.Asked[1]);
        Assert.All(shop.Asked, request =>
        {
            Assert.Contains("User-Agent: headway-probe\r\n", request);
            Assert.Contains("x-headway-synthetic: buy\r\n", request);
            Assert.Contains($"traceparent: 00-{end.TraceId}-", request);
        });
        Assert.DoesNotContain("Cookie:", shop.Asked[0]);
        Assert.Contains("Cookie: session=s1; theme=dark\r\n", shop.Asked[1]);
        // The second answer has ended one cookie.
        Assert.Contains("Cookie: session=s1\r\n", shop.Asked[2]);
    }

    [Fact]
    public async Task Two_runs_share_nothing()
    {
        await using var shop = Shop();
        using var http = ProbeHttp.Client(4);
        for (var run = 0; run < 2; run++)
            await new JourneyRun(http, shop.Address, "buy").RunAsync([new("GET", "/products")], default);
        Assert.All(shop.Asked, request => Assert.DoesNotContain("Cookie:", request));
    }

    [Theory]
    [InlineData("status", "status 200 instead of 201")]
    [InlineData("contains", "the answer does not hold `sold out`")]
    [InlineData("header", "header content-type is `application/json`, which does not hold `text/html`")]
    [InlineData("no header", "no header x-none")]
    [InlineData("value", "$.items[0].id is 7 instead of \"7\"")]
    [InlineData("missing", "$.items[1] is not there")]
    [InlineData("extract", "$.nothing is not there to be extracted")]
    public async Task What_is_not_as_expected_is_told(string what, string says)
    {
        await using var shop = Shop();
        var step = new JourneyStep("GET", "/products");
        step = what switch
        {
            "status" => step with { Status = 201 },
            "contains" => step with { Contains = "sold out" },
            "header" => step with { Header = None.Add("content-type", "text/html") },
            "no header" => step with { Header = None.Add("x-none", "") },
            "value" => step with { Json = [new("$.items[0].id", "\"7\"")] },
            "missing" => step with { Json = [new("$.items[1]", null)] },
            _ => step with { Extract = None.Add("x", "$.nothing") },
        };
        Assert.Equal($"GET /products: {says}", (await RunAsync(shop, step)).Says(numbered: false));
    }

    [Fact]
    public async Task What_may_be_secret_is_not_told()
    {
        await using var peer = new RudePeer((stream, _, stop) => RudePeer.SayAsync(stream, RudePeer.Answer(
            """{"token":"open sesame","note":"key sk9aX72bQp01Lm44Zz55 in it"}"""), stop));
        var secret = (await RunAsync(peer, new JourneyStep("GET", "/") { Json = [new("$.token", "\"other\"")] })).Says(false);
        Assert.Equal("GET /: $.token is *** instead of ***", secret);
        var note = (await RunAsync(peer, new JourneyStep("GET", "/") { Json = [new("$.note", "\"x\"")] })).Says(false);
        Assert.DoesNotContain("sk9aX72bQp01Lm44Zz55", note);
        // A path is told with its placeholders, not with what was put in.
        var path = await RunAsync(peer, new JourneyStep("GET", "/") { Extract = None.Add("t", "$.token") },
            new JourneyStep("GET", "/use/{t}") { Status = 204 });
        Assert.Equal("step 2 GET /use/{t}: status 200 instead of 204", path.Says(true));
    }

    [Fact]
    public async Task A_redirect_on_the_same_host_is_followed_by_get_and_keeps_its_cookies()
    {
        await using var peer = new RudePeer((stream, request, stop) => RudePeer.SayAsync(stream,
            request.StartsWith("POST", StringComparison.Ordinal)
                ? RudePeer.Answer("", 303, "Location: /home\r\nSet-Cookie: in=yes; Path=/; Secure; Domain=shop.example\r\n")
                : RudePeer.Answer("welcome"), stop));
        var login = new JourneyStep("POST", "/login") { Body = new(StepBody.Form, "user=a&pass=b"), Contains = "welcome" };
        Assert.Null((await RunAsync(peer, login)).Says(false));
        Assert.StartsWith("GET /home", peer.Asked[1]);
        Assert.Contains("Cookie: in=yes\r\n", peer.Asked[1]);
        Assert.Null((await RunAsync(peer, login with { Status = 303, Contains = null, Follows = false })).Says(false));
    }

    [Fact]
    public async Task A_path_never_leads_to_another_host()
    {
        await using var peer = new RudePeer((stream, _, stop) => RudePeer.SayAsync(stream, RudePeer.Answer("{\"to\":\"/x\"}"), stop));
        Assert.Null((await RunAsync(peer, new JourneyStep("GET", "//127.0.0.2/x"))).Says(false));
        Assert.StartsWith("GET //127.0.0.2/x HTTP/1.1\r\nHost: 127.0.0.1:", peer.Asked[0]);
    }

    private static RudePeer Shop() => new((stream, request, stop) => RudePeer.SayAsync(stream, request.Split(' ')[..2] switch
    {
        ["GET", "/products"] => RudePeer.Answer("""{"items":[{"id":7,"full name":"a & b"}]}""",
            headers: "Content-Type: application/json\r\nSet-Cookie: session=s1; HttpOnly\r\nSet-Cookie: theme=dark\r\n"),
        ["POST", _] => RudePeer.Answer("""{"cart":1}""", 201,
            "Content-Type: application/json\r\nSet-Cookie: theme=; Max-Age=0\r\n"),
        _ => RudePeer.Answer("""{"count":1.0,"product":7}"""),
    }, stop));

    private static async Task<JourneyEnd> RunAsync(RudePeer peer, params ImmutableArray<JourneyStep> steps)
    {
        using var http = ProbeHttp.Client();
        return await new JourneyRun(http, peer.Address, "buy").RunAsync(steps, default);
    }
}

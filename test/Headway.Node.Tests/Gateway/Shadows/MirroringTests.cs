using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Headway.Core.Evidence.Answers;
using Headway.Core.Targets;
using Headway.Node.Gateway.Shadows;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Headway.Node.Tests.Gateway.Shadows;

public sealed class MirroringTests
{
    [Fact]
    public async Task A_wrong_total_is_found_in_copies_while_a_volatile_time_blames_nobody_and_users_meet_stable_alone()
    {
        await using var scene = await ShadowScene.StartAsync();
        (scene.Stable.Act, scene.Candidate.Act) = (ShadowScene.Order(12.5), ShadowScene.Order(12));
        await scene.AskAsync(60);
        var seen = await scene.SamplesAsync(ShadowSignals.Answers, counted => counted.Trials >= 40);
        Assert.Equal((seen.Trials, 0), (seen.Events, seen.StableEvents));
        Assert.Equal("GET /orders/{id}: $.total 12.5 -> 12", Assert.Single(seen.Examples));
        Assert.Contains("100 % of GET, HEAD, OPTIONS copied", seen.Asked);
        Assert.DoesNotContain(await scene.Gateway.EndAsync(), batch => batch.Candidate is not null);
    }

    [Fact]
    public async Task A_good_candidate_with_a_volatile_time_has_no_difference_left()
    {
        await using var scene = await ShadowScene.StartAsync();
        scene.Stable.Act = scene.Candidate.Act = ShadowScene.Order(12.5);
        await scene.AskAsync(60);
        var seen = await scene.SamplesAsync(ShadowSignals.Answers, counted => counted is { Trials: >= 40, StableTrials: >= 8 });
        Assert.Equal((0, 0), (seen.Events, seen.StableEvents));
        Assert.Empty(seen.Examples);
    }

    [Fact]
    public async Task A_copy_says_that_it_is_one_and_goes_as_the_users_request_went()
    {
        await using var scene = await ShadowScene.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(scene.Gateway.Url, "/a%20b?q=1&r=%2F"));
        request.Headers.Add("authorization", "Bearer users-own");
        var asked = new ConcurrentQueue<string>();
        scene.Candidate.Act = http =>
        {
            asked.Enqueue(http.Request.Path + http.Request.QueryString);
            return http.Response.WriteAsync("r1");
        };
        using var answer = await scene.Users.SendAsync(request);
        await Until.TrueAsync(() => Task.FromResult(!scene.Candidate.Seen.IsEmpty));
        Assert.True(scene.Candidate.Seen.TryPeek(out var copy));
        Assert.Equal(("true", "r2", "Bearer users-own"),
            ($"{copy[MirroredRequest.Header]}", $"{copy["x-headway-release"]}", $"{copy.Authorization}"));
        Assert.Equal("/a%20b?q=1&r=%2F", Assert.Single(asked));
        Assert.True(scene.Stable.Seen.TryPeek(out var users));
        Assert.False(users.ContainsKey(MirroredRequest.Header));
        Assert.Equal($"{users["traceparent"]}"[..35], $"{copy["traceparent"]}"[..35]);
    }

    [Fact]
    public async Task A_stranger_cannot_make_a_request_look_like_a_copy()
    {
        await using var scene = await ShadowScene.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, scene.Gateway.Url);
        request.Headers.Add(MirroredRequest.Header, "true");
        using var answer = await scene.Users.SendAsync(request);
        Assert.True(scene.Stable.Seen.TryPeek(out var users));
        Assert.False(users.ContainsKey(MirroredRequest.Header));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task A_write_reaches_the_candidate_never_and_stable_once(string method)
    {
        await using var scene = await ShadowScene.StartAsync();
        await scene.AskAsync(40, method: new(method), body: () => new StringContent("{}"));
        await scene.AskAsync(10);
        await scene.SamplesAsync(ShadowSignals.Errors, counted => counted.Trials >= 10);
        Assert.Equal(10, scene.Candidate.Served);
        // Only reads may be asked of stable twice.
        Assert.InRange(scene.Stable.Served, 50, 60);
        Assert.Equal(40, scene.Stable.Seen.Count(headers => headers.ContainsKey("content-type")));
    }

    [Fact]
    public async Task An_opted_in_write_is_copied_with_its_body_and_still_reaches_stable_once()
    {
        await using var scene = await ShadowScene.StartAsync(new() { Methods = ["POST"] });
        var bodies = new ConcurrentQueue<string>();
        scene.Candidate.Act = async http => bodies.Enqueue(await new StreamReader(http.Request.Body).ReadToEndAsync());
        await scene.AskAsync(20, method: HttpMethod.Post, body: () => new StringContent("""{"item":7}"""));
        var seen = await scene.SamplesAsync(ShadowSignals.Errors, counted => counted.Trials >= 20);
        Assert.Equal((20, 20), (scene.Stable.Served, bodies.Count));
        Assert.All(bodies, body => Assert.Equal("""{"item":7}""", body));
        Assert.Equal((0, 0), (seen.Events, seen.StableEvents));
    }

    [Fact]
    public async Task A_body_too_large_to_be_kept_is_not_copied_and_is_counted()
    {
        await using var scene = await ShadowScene.StartAsync(new() { Methods = ["POST"] });
        var length = 0L;
        scene.Stable.Act = async http =>
        {
            using var all = new MemoryStream();
            await http.Request.Body.CopyToAsync(all);
            Interlocked.Add(ref length, all.Length);
        };
        var large = new byte[MirroredRequest.MostRequest + 1];
        await scene.AskAsync(3, method: HttpMethod.Post, body: () => new ByteArrayContent(large));
        await scene.AskAsync(3, method: HttpMethod.Post, body: () => new StreamContent(new UnknownLength(large)));
        await scene.AskAsync(2, method: HttpMethod.Post, body: () => new StringContent("small"));
        var seen = await scene.SamplesAsync(ShadowSignals.Errors, counted => counted.Trials >= 2);
        Assert.Contains("6 left out, since they were too large", seen.Asked);
        Assert.Equal(2, scene.Candidate.Served);
        Assert.Equal(6 * large.Length + 10, length);
    }

    [Fact]
    public async Task An_answer_too_large_to_be_kept_reaches_the_user_whole_and_is_compared_by_its_hash()
    {
        await using var scene = await ShadowScene.StartAsync();
        var body = new byte[2 << 20];
        new Random(1).NextBytes(body);
        scene.Stable.Act = scene.Candidate.Act = http => http.Response.Body.WriteAsync(body).AsTask();
        for (var i = 0; i < 12; i++) Assert.Equal(body, await scene.Users.GetByteArrayAsync(scene.Gateway.Url));
        Assert.Equal(0, (await scene.SamplesAsync(ShadowSignals.Answers, counted => counted.Trials >= 5)).Events);
        byte[] other = [.. body[..^1], (byte)~body[^1]];
        scene.Candidate.Act = http => http.Response.Body.WriteAsync(other).AsTask();
        for (var i = 0; i < 5; i++) Assert.Equal(body, await scene.Users.GetByteArrayAsync(scene.Gateway.Url));
        Assert.Contains("body", (await scene.SamplesAsync(ShadowSignals.Answers, counted => counted.Events >= 5)).Examples[0]);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Compressed_answers_are_compared_by_what_is_in_them(string encoding)
    {
        await using var scene = await ShadowScene.StartAsync();
        scene.Stable.Act = Packed(encoding, """{"total":12.5,"n":1}""", CompressionLevel.Fastest);
        scene.Candidate.Act = Packed(encoding, """{"n":1, "total":12.5}""", CompressionLevel.SmallestSize);
        await scene.AskAsync(12);
        Assert.Equal(0, (await scene.SamplesAsync(ShadowSignals.Answers, counted => counted.Trials >= 5)).Events);
        scene.Candidate.Act = Packed(encoding, """{"n":1, "total":12}""", CompressionLevel.SmallestSize);
        await scene.AskAsync(3);
        var seen = await scene.SamplesAsync(ShadowSignals.Answers, counted => counted.Events >= 3);
        Assert.Equal("GET /orders/{id}: $.total 12.5 -> 12", Assert.Single(seen.Examples));
    }

    [Fact]
    public async Task Secrets_and_personal_data_do_not_leave_the_node()
    {
        await using var scene = await ShadowScene.StartAsync();
        scene.Stable.Act = ShadowScene.Json(_ => """{"user":{"email":"ann@example.org"},"note":"call +49 170 1234567","token":"t-1"}""");
        scene.Candidate.Act = ShadowScene.Json(_ => """{"user":{"email":"bob@example.org"},"note":"call +49 170 7654321","token":"t-2"}""");
        await scene.AskAsync(20, "/users/ann@example.org?key=hidden-value");
        var seen = await scene.SamplesAsync(ShadowSignals.Answers, counted => counted.Events >= 5);
        Assert.Equal(3, seen.Examples.Count);
        var kept = string.Join('\n', Directory.GetFiles(Path.Combine(scene.Gateway.Folder, "shadows")).Select(File.ReadAllText));
        foreach (var secret in (string[])["ann", "bob", "+49 170", "1234567", "7654321", "t-1", "t-2", "hidden"]) Assert.DoesNotContain(secret, kept);
    }

    [Fact]
    public async Task Only_a_share_is_copied_and_nothing_once_users_get_a_fraction()
    {
        await using var scene = await ShadowScene.StartAsync(share: 0.3);
        await scene.AskAsync(400);
        await scene.SamplesAsync(ShadowSignals.Errors, counted => counted.Trials >= 70);
        // 5 standard deviations of a binomial count.
        Assert.InRange(scene.Candidate.Served, 120 - 46, 120 + 46);
        await scene.MirrorAsync(new Exposure.Fraction(0, ExposureUnit.Client));
        var before = scene.Candidate.Served;
        await scene.AskAsync(50);
        Assert.Equal(before, scene.Candidate.Served);
    }

    [Fact]
    public async Task Streams_and_upgrades_and_requests_for_a_named_release_are_not_copied()
    {
        await using var scene = await ShadowScene.StartAsync();
        scene.Stable.Act = http => http.WebSockets.IsWebSocketRequest ? Sockets.EchoAsync(http) : http.Response.WriteAsync("r1");
        using (var socket = await Sockets.OpenAsync(scene.Gateway.Port)) await Sockets.EchoAsync(socket, "x");
        foreach (var (name, value) in new[] { ("accept", "text/event-stream"), ("x-headway-release", "stable") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, scene.Gateway.Url);
            request.Headers.Add(name, value);
            using var answer = await scene.Users.SendAsync(request);
        }
        await scene.AskAsync(5);
        await scene.SamplesAsync(ShadowSignals.Errors, counted => counted.Trials >= 5);
        Assert.Equal(5, scene.Candidate.Served);
    }

    [Fact]
    public async Task Copies_end_when_the_server_is_not_heard_for_as_long_as_the_lease_says()
    {
        await using var scene = await ShadowScene.StartAsync();
        var route = scene.Route(new Exposure.Mirror(1)) with { Lease = new(TimeSpan.FromSeconds(2), 50) };
        var state = scene.Gateway.State(route, scene.Stable.Endpoint(), scene.Candidate.Endpoint());
        await scene.Gateway.PutAsync(state with { ServerHeardTicks = Environment.TickCount64 - 10_000 });
        await Until.TrueAsync(async () => (await scene.Gateway.SeenAsync()).Routes.Single().Lowered is { By: LoweredBy.Lease });
        Assert.Equal(Exposure.Nobody, (await scene.Gateway.SeenAsync()).Routes.Single().To);
        var before = scene.Candidate.Served;
        await scene.AskAsync(20);
        Assert.Equal(before, scene.Candidate.Served);
    }

    [Fact]
    public async Task What_stable_took_too_long_for_is_left_out_and_counted()
    {
        await using var scene = await ShadowScene.StartAsync();
        scene.Stable.Act = async http =>
        {
            await Task.Delay(ShadowSender.LongestCopied + TimeSpan.FromSeconds(0.2), http.RequestAborted);
            await http.Response.WriteAsync("r1");
        };
        await Task.WhenAll(scene.AskAsync(1), scene.AskAsync(1));
        scene.Stable.Act = http => http.Response.WriteAsync("r1");
        await scene.AskAsync(4);
        var seen = await scene.SamplesAsync(ShadowSignals.Errors, counted => counted.Trials >= 4);
        Assert.Contains("2 left out, since stable took longer than 5 s for them", seen.Asked);
        Assert.Equal(4, scene.Candidate.Served);
    }

    [Fact]
    public async Task Releases_that_both_give_copies_no_whole_answer_are_counted_as_equal()
    {
        await using var scene = await ShadowScene.StartAsync();
        // Every fifth copy, on both sides; users are answered, or there would be no copies.
        var (stable, candidate) = (0, 0);
        scene.Stable.Act = http =>
        {
            if (http.Request.Headers.ContainsKey(MirroredRequest.Header) && Interlocked.Increment(ref stable) % 5 == 0)
                http.Abort();
            return Task.CompletedTask;
        };
        scene.Candidate.Act = http =>
        {
            if (Interlocked.Increment(ref candidate) % 5 == 0) http.Abort();
            return Task.CompletedTask;
        };
        await scene.AskAsync(400);
        var seen = await scene.SamplesAsync(ShadowSignals.Errors, counted => counted.Trials >= 400);
        Assert.Equal((100, 80), (seen.StableTrials, seen.Events));
        Assert.InRange(seen.StableEvents, 15, 25);
    }

    [Fact]
    public async Task A_copied_write_without_a_whole_answer_counts_for_neither()
    {
        await using var scene = await ShadowScene.StartAsync(new() { Methods = ["POST"] });
        var asked = 0;
        scene.Candidate.Act = http =>
        {
            if (Interlocked.Increment(ref asked) % 2 == 0) http.Abort();
            return Task.CompletedTask;
        };
        await scene.AskAsync(40, method: HttpMethod.Post, body: () => new StringContent("{}"));
        var seen = await scene.SamplesAsync(ShadowSignals.Errors, counted => counted.Trials >= 20);
        Assert.Equal((40, 40), (asked, scene.Stable.Served));
        Assert.Equal((20, 0, 0), (seen.Trials, seen.Events, seen.StableEvents));
    }

    private static Func<HttpContext, Task> Packed(string encoding, string text, CompressionLevel level) => async http =>
    {
        (http.Response.ContentType, http.Response.Headers.ContentEncoding) = ("application/json", encoding);
        await using Stream packing = encoding == "br" ? new BrotliStream(http.Response.Body, level, leaveOpen: true)
            : new GZipStream(http.Response.Body, level, leaveOpen: true);
        await packing.WriteAsync(Encoding.UTF8.GetBytes(text));
    };

    /// <summary>Is sent in chunks.</summary>
    private sealed class UnknownLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}

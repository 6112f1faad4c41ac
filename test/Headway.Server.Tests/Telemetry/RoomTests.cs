using Headway.Server.Telemetry;
using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Otlp;
using Headway.Server.Tests.Storage;
using Xunit;

namespace Headway.Server.Tests.Telemetry;

/// <summary>Full tables of counts: what is silent makes room for what is new.</summary>
public sealed class RoomTests
{
    [Fact]
    public async Task A_new_release_is_heard_by_its_name_however_many_came_before_also_after_a_restart()
    {
        using var folder = new TempFolder();
        var limits = new TelemetryLimits { Sources = 4 };
        for (var start = 0; start < 2; start++)
        {
            await using var server = await OtlpServer.StartAsync(limits, folder.Path);
            for (var i = 0; i < 6; i++)
            {
                var release = $"shop-{start}-{i}";
                var before = DateTimeOffset.UtcNow.AddTicks(-1);
                await SendAsync(server, release);
                Assert.True(server.Presence.HasArrived("shop", release, null, before), release);
                Assert.True(server.Queries.View(server.Intake).Sources.Length <= limits.Sources);
            }
            // The ones heard longest ago went, with all that was counted by them.
            Assert.Null(server.Presence.Of("shop", $"shop-{start}-0"));
            Assert.Equal(4, server.Queries.Red("shop", null).Select(count => count.Release).Distinct().Count());
            Assert.Equal(4, server.Queries.Templates("shop", null, false).Length);
            Assert.Equal((4, 1), server.State.Ask(state => state.Logs.Templates.Known));
            // An instance of a release that was forgotten is heard again, although its origin is still there.
            // A point of the same millisecond as the one before would be the same point, and all of this may take less.
            await SendAsync(server, $"shop-{start}-0", Requests.Now + 100);
            Assert.Equal((1, 1, 1), Counts(server, $"shop-{start}-0"));
        }
    }

    [Fact]
    public async Task What_goes_on_sending_after_a_restart_is_heard()
    {
        using var folder = new TempFolder();
        await using (var first = await OtlpServer.StartAsync(folder: folder.Path)) await SendAsync(first, "shop-1");
        await using var server = await OtlpServer.StartAsync(folder: folder.Path);
        var before = DateTimeOffset.UtcNow.AddTicks(-1);
        await SendAsync(server, "shop-1", Requests.Now + 1);
        Assert.True(server.Presence.HasArrived("shop", "shop-1", null, before));
        Assert.Equal((2, 2, 2), Counts(server, "shop-1"));
    }

    [Fact]
    public void A_release_is_heard_in_a_new_environment_however_many_it_was_heard_in()
    {
        var source = new TelemetrySource("shop", "shop-1");
        var at = DateTimeOffset.UnixEpoch;
        for (var i = 0; i < 30; i++) source.Take(TelemetryKind.Logs, 1, $"preview-{i}", at.AddSeconds(i));
        Assert.NotNull(source.In("preview-29"));
        Assert.Null(source.In("preview-0"));
    }

    [Fact]
    public async Task Operations_and_templates_of_silent_releases_make_room_and_what_is_still_heard_keeps_its_own()
    {
        await using var server = await OtlpServer.StartAsync(new()
        {
            Operations = 8, Templates = 8, Idle = TimeSpan.FromMilliseconds(1),
        });
        for (var i = 0; i < 30; i++)
        {
            await SendAsync(server, $"shop-{i}");
            var now = DateTimeOffset.UtcNow;
            while (DateTimeOffset.UtcNow - now <= TimeSpan.FromMilliseconds(2)) await Task.Yield();
        }
        Assert.Equal("GET /orders", Assert.Single(server.Queries.Red("shop", "shop-29")).Name);
        Assert.Equal(Template("shop-29"), Assert.Single(server.Queries.Templates("shop", "shop-29", false)).Template);
        Assert.Equal(8, server.Queries.Red(null, null).Length);
        Assert.InRange(server.Queries.Templates(null, null, false).Length, 1, 8);
    }

    [Fact]
    public async Task While_all_are_heard_further_names_are_counted_together_and_one_release_has_at_most_a_quarter()
    {
        await using var server = await OtlpServer.StartAsync(new() { Operations = 8, Templates = 8 });
        for (var i = 0; i < 12; i++) await SendAsync(server, $"shop-{i}");
        Assert.Equal(Enumerable.Range(0, 12).Select(i => i < 8 ? "GET /orders" : "(others)"),
            Enumerable.Range(0, 12).Select(i => Assert.Single(server.Queries.Red("shop", $"shop-{i}")).Name));
        Assert.Equal("(others)", Assert.Single(server.Queries.Templates("shop", "shop-11", false)).Template);

        await using var other = await OtlpServer.StartAsync(new() { Operations = 8, Templates = 8 });
        foreach (var word in new[] { "one", "two", "three", "four" })
            await other.Intake.TakeAsync(TelemetryKind.Logs, Requests.Log("shop", word), default);
        Assert.Equal(["(others)", "one", "two"], other.Queries.Templates("shop", null, false)
            .Select(count => count.Template).Order(StringComparer.Ordinal));
    }

    /// <summary>Without digits, which vary and so are in no template.</summary>
    private static string Template(string release) =>
        "said by " + new string([.. release.Select(c => char.IsDigit(c) ? (char)('a' + c - '0') : c)]);

    private static int _span;

    private static async Task SendAsync(OtlpServer server, string release, long? at = null)
    {
        var span = Interlocked.Increment(ref _span);
        await server.TakeAsync(Requests.Metric("shop", "depth", "", 5, gauge => ProtoWriting.Message(gauge, 1,
            point => Requests.Number(point, at ?? Requests.Now, 1)), release));
        await server.Intake.TakeAsync(TelemetryKind.Traces,
            Requests.Span("shop", (UInt128)span, (ulong)span, release: release, isError: true), default);
        await server.Intake.TakeAsync(TelemetryKind.Logs,
            Requests.Log("shop", Template(release), release: release), default);
    }

    private static (long, long, long) Counts(OtlpServer server, string release) =>
        server.Presence.Of("shop", release) is { } heard ? (heard.Points, heard.Spans, heard.Logs) : default;
}

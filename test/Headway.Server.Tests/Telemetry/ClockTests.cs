using Headway.Server.Telemetry;
using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Otlp;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Headway.Server.Tests.Telemetry;

/// <summary>The server's clock goes back, as when it is set right by hand or by a time server.</summary>
public sealed class ClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Back = Start.AddHours(-1);

    [Fact]
    public void As_many_pass_a_gate_after_the_clock_went_back_as_before()
    {
        var gate = new RateGate(10);
        Assert.Equal(20, Enumerable.Range(0, 100).Count(_ => gate.Pass(Start)));
        var passed = Enumerable.Range(1, 100).Count(i => gate.Pass(Back.AddSeconds(i / 10.0)));
        Assert.InRange(passed, 95, 100);
        var rate = new RecentRate();
        rate.Add(1000, Start);
        rate.Add(0, Back);
        Assert.InRange(rate.PerSecond(Back.AddMinutes(5)), 0, 1);
    }

    [Fact]
    public async Task A_release_that_fell_silent_is_not_heard_for_the_hour_that_the_clock_went_back()
    {
        var clock = new BackwardClock { Now = Start };
        using var state = new TelemetryState(new(), clock, NullLogger.Instance);
        var (intake, presence) = (new TelemetryIntake(state), new TelemetryPresence(state));
        await SendAsync("shop-1");
        await SendAsync("shop-2");
        clock.Now = Back;
        Assert.Equal(Back, presence.Of("shop", "shop-2")!.NewestAt);
        Assert.Equal(Back, presence.Of("shop", "shop-2", "")!.NewestAt);
        clock.Now = Back.AddMinutes(5);
        await SendAsync("shop-1");
        Assert.True(presence.HasArrived("shop", "shop-1", "", clock.Now.AddMinutes(-2)));
        Assert.False(presence.HasArrived("shop", "shop-2", "", clock.Now.AddMinutes(-2)));
        Assert.False(presence.HasArrived("shop", "shop-2", null, clock.Now.AddMinutes(-2)));

        async Task SendAsync(string release)
        {
            var at = clock.Now.ToUnixTimeMilliseconds();
            var point = Requests.Metric("shop", "depth", "", 5, gauge => ProtoWriting.Message(gauge, 1,
                into => Requests.Number(into, at, 1)), release);
            Assert.Equal(0, (await intake.TakeAsync(TelemetryKind.Metrics, point, default)).Count);
        }
    }

    private sealed class BackwardClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}

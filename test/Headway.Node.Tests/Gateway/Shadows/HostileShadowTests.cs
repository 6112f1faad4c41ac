using Headway.Core.Evidence.Answers;
using Headway.Node.Gateway.Shadows;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Headway.Node.Tests.Gateway.Shadows;

/// <summary>Whatever a candidate does to copies, users and what is known of them stay as they are without it.</summary>
public sealed class HostileShadowTests
{
    private const int UsersRequests = 300;

    public static TheoryData<string> Kinds => ["hangs", "resets", "drips", "never ends", "is giant", "fails", "cuts short", "is dead"];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Users_feel_nothing_of_a_candidate_that(string kind)
    {
        await using var scene = await ShadowScene.StartAsync();
        using var ended = new CancellationTokenSource();
        scene.Candidate.Act = http => ActAsync(kind, http, ended.Token);
        if (kind == "is dead") await scene.Candidate.DisposeAsync();
        // Each copy that hangs is given five seconds: were users to wait for them, this would take an hour.
        await scene.AskAsync(UsersRequests).WaitAsync(TimeSpan.FromSeconds(120));

        var signal = kind == "is giant" ? ShadowSignals.Answers : ShadowSignals.Errors;
        var seen = await scene.SamplesAsync(signal, counted => counted.Events >= 20);
        Assert.Equal(0, seen.StableEvents);
        Assert.NotEmpty(seen.Examples);
        var route = (await scene.Gateway.SeenAsync()).Routes.Single();
        Assert.Null(route.Lowered);
        Assert.All((await scene.Gateway.SeenAsync()).Endpoints, each => Assert.Equal((false, 0), (each.Ejected, each.OpenConnections)));
        await ended.CancelAsync();
        var batches = await scene.Gateway.EndAsync();
        Assert.Equal((UsersRequests, 0), (batches.Sum(b => b.Stable.Requests), batches.Sum(b => b.Stable.Failures)));
        Assert.DoesNotContain(batches, batch => batch.Candidate is not null);
    }

    [Fact]
    public async Task While_a_candidate_hangs_a_fixed_number_of_copies_is_under_way_and_the_rest_is_left_out_and_counted()
    {
        await using var scene = await ShadowScene.StartAsync();
        using var ended = new CancellationTokenSource();
        scene.Candidate.Act = http => ActAsync("hangs", http, ended.Token);
        await scene.AskAsync(UsersRequests);
        Assert.InRange(scene.Candidate.Served, 1, 3 * LaneShadow.MostUnderWay);
        var seen = await scene.SamplesAsync(ShadowSignals.Errors, counted => counted.Events >= 20);
        Assert.Matches("[0-9]+ left out, since too many were under way", seen.Asked);
        Assert.Contains(seen.Examples, example => example.EndsWith("status 200 -> no whole answer within 5 s", StringComparison.Ordinal));
        await ended.CancelAsync();
    }

    [Fact]
    public async Task A_candidate_that_is_not_there_yet_gets_no_copies_and_is_said_to_be_missing()
    {
        await using var scene = await ShadowScene.StartAsync();
        var seen = await scene.Gateway.PutAsync(scene.Route(new Core.Targets.Exposure.Mirror(1)), scene.Stable.Endpoint());
        Assert.Contains(seen.Problems, problem => problem.Contains("nothing is copied to it", StringComparison.Ordinal));
        await scene.AskAsync(20);
        Assert.Equal(0, scene.Candidate.Served);
    }

    private static async Task ActAsync(string kind, HttpContext http, CancellationToken ended)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(ended, http.RequestAborted);
        try
        {
            switch (kind)
            {
                case "hangs":
                    await Task.Delay(Timeout.Infinite, until.Token);
                    break;
                case "resets":
                    http.Abort();
                    break;
                case "drips":
                    for (http.Response.ContentLength = 1000; ; await Task.Delay(200, until.Token))
                        await http.Response.WriteAsync(".", until.Token);
                case "never ends":
                    for (var portion = new byte[100]; ; await Task.Delay(50, until.Token))
                        await http.Response.Body.WriteAsync(portion, until.Token);
                case "is giant":
                    for (var (portion, i) = (new byte[1 << 16], 0); i < 200; i++)
                        await http.Response.Body.WriteAsync(portion, until.Token);
                    break;
                case "fails":
                    http.Response.StatusCode = 500;
                    break;
                case "cuts short":
                    http.Response.ContentLength = 100;
                    await http.Response.WriteAsync("short", until.Token);
                    http.Abort();
                    break;
            }
        }
        catch (Exception away) when (away is OperationCanceledException or IOException)
        {
            // The gateway has read enough.
        }
    }
}

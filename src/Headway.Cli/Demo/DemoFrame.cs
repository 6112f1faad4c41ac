using Headway.Cli.Status;
using Headway.Core.Strategies;
using Headway.Server.Rollouts;
using Headway.Server.Status;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Headway.Cli.Demo;

/// <summary>
/// One picture of the demo: the path of each commit, the split of customers, the evidence, the newest lines.
/// </summary>
internal sealed class DemoFrame(DemoRun demo)
{
    private const int Lines = 14;
    private const int BarWidth = 40;
    private readonly Queue<string> _lines = new();

    public void Add(string clock, StoryLine line)
    {
        _lines.Enqueue($"[grey]{clock}[/]{line.Markup}");
        if (_lines.Count > Lines) _lines.Dequeue();
    }

    public IRenderable Draw(StatusView? status)
    {
        var parts = new List<IRenderable>
        {
            new Markup($"[bold]headway demo[/]  status page: {Markup.Escape(demo.Page)}\n"),
            new Markup(string.Join('\n', _lines)),
            new Text(""),
        };
        foreach (var service in status?.Services ?? [])
            foreach (var lane in service.Lanes) parts.Add(Lane(lane));
        if (demo.Traffic.Requests > 0) parts.Add(Customers());
        return new Rows(parts);
    }

    /// <summary>The same in one line, where nothing can be redrawn.</summary>
    public static string? Progress(StatusView status, Traffic traffic)
    {
        var lane = status.Services.SelectMany(service => service.Lanes)
            .LastOrDefault(lane => lane.State.Current is not null);
        return lane is null || traffic.Requests == 0 ? null
            : $"{lane.Environment}: {lane.Traffic.StableRequests + lane.Traffic.CandidateRequests:0} requests/s, "
                + $"{Words.Of(lane)}; "
              + $"{traffic.Requests:N0} requests, {traffic.Failures:N0} failed"
              + (lane is { Rollout.State.IsOpen: true, Verdict: { } verdict } ? $"; {verdict.Says}" : "");
    }

    private static Rows Lane(LaneView lane)
    {
        var rows = new List<IRenderable> { new Markup(
            $"[bold]{lane.Environment,-11}[/] {Markup.Escape(Words.Of(lane))}  "
                + $"[grey]{Markup.Escape(lane.Address ?? "")}[/]") };
        if (lane.Rollout?.State is { IsOpen: true } rollout)
        {
            rows.Add(new Markup($"  {Bar(rollout.Step, rollout.Plan.Steps.Length, "blue")} step {rollout.Step + 1} of "
                + $"{rollout.Plan.Steps.Length}: {Markup.Escape(Words.Of(rollout))}"));
            if (Words.Share(lane) is { } share)
                rows.Add(new Markup($"  {Bar(share, 1, "green")} {Steps.Percent(share)} of customers on the new "
                    + "release"));
            if (lane.Verdict is { } verdict)
            {
                var evidence = verdict.Evidence;
                if (evidence.LogEToRollBack > 0)
                    rows.Add(new Markup($"  {Bar(Math.Max(evidence.LogE, 0), evidence.LogEToRollBack, "red")} "
                        + "evidence that it is worse"));
                rows.Add(new Markup($"  [yellow]{Markup.Escape(verdict.Says)}[/]"));
            }
        }
        return new(rows);
    }

    private Table Customers()
    {
        var table = new Table().Border(TableBorder.None)
            .AddColumns("[grey]release[/]", "[grey]requests[/]", "[grey]failed[/]");
        foreach (var (release, traffic) in demo.Traffic.Releases.OrderBy(each => each.Value.First))
            table.AddRow(Markup.Escape(release == "-" ? "no answer" : release), $"{traffic.Requests:N0}",
                traffic.Failures == 0 ? "0" : $"[red]{traffic.Failures:N0}[/]");
        return table;
    }

    private static string Bar(double done, double all, string colour)
    {
        var filled = all <= 0 ? 0 : (int)Math.Round(BarWidth * Math.Clamp(done / all, 0, 1));
        return $"[{colour}]{new string('━', filled)}[/][grey]{new string('━', BarWidth - filled)}[/]";
    }
}

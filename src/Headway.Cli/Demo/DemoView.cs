using Headway.Cli.Status;
using Headway.Cli.Terminal;
using Headway.Server.Status;

namespace Headway.Cli.Demo;

/// <summary>Shows a demo while it runs: redrawn on a terminal, a line for everything that happens elsewhere.</summary>
internal sealed class DemoView : IAsyncDisposable
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(10);
    private readonly Screen _screen;
    private readonly DemoRun _demo;
    private readonly CancellationTokenSource _ended = new();
    private readonly Story _story;
    private Task _showing = Task.CompletedTask;

    private DemoView(Screen screen, DemoRun demo) => (_screen, _demo, _story) = (screen, demo, new(demo.StartedAt));

    public static DemoView On(Screen screen, DemoRun demo)
    {
        var view = new DemoView(screen, demo);
        view._showing = screen.IsTerminal ? view.DrawAsync(view._ended.Token) : view.TellAsync(view._ended.Token);
        return view;
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _showing;
        _ended.Dispose();
    }

    private async Task TellAsync(CancellationToken stop)
    {
        _screen.Line($"{Clock}status page: {_demo.Page}");
        _screen.Line($"{Clock}data in {_demo.Data}");
        var progressAt = DateTimeOffset.UtcNow + ProgressEvery;
        await EachAsync(status =>
        {
            foreach (var line in _story.Next(status)) _screen.Line($"{Clock}{line.Text}");
            if (DateTimeOffset.UtcNow < progressAt) return;
            progressAt = DateTimeOffset.UtcNow + ProgressEvery;
            if (DemoFrame.Progress(status, _demo.Traffic) is { } progress) _screen.Line($"{Clock}{progress}");
        }, stop);
    }

    private async Task DrawAsync(CancellationToken stop)
    {
        var frame = new DemoFrame(_demo);
        await Spectre.Console.AnsiConsoleExtensions.Live(_screen.Rich, frame.Draw(null)).StartAsync(async live =>
        {
            await EachAsync(status =>
            {
                foreach (var line in _story.Next(status)) frame.Add(Clock, line);
                live.UpdateTarget(frame.Draw(status));
            }, stop);
        });
    }

    /// <summary>A view that loses the server tries again: the demo goes on without it.</summary>
    private async Task EachAsync(Action<StatusView> show, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
            try
            {
                await foreach (var status in _demo.Api.StatusesAsync(stop)) show(status);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
            }
            catch (Exception away) when (away is CliException or IOException or HttpRequestException)
            {
                await Task.Delay(500, CancellationToken.None);
            }
    }

    private string Clock => $"{(DateTimeOffset.UtcNow - _demo.StartedAt).TotalSeconds,6:0.0} s  ";
}

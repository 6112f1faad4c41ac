using Headway.Cli.Terminal;

namespace Headway.Cli.Simulation;

/// <summary>Says how far long work is, on standard error, at every tenth of it.</summary>
internal static class Progress
{
    /// <param name="what">What is counted, for people.</param>
    /// <param name="all">How often `told` will be called; it may be called from many threads.</param>
    public static T Of<T>(Screen screen, string what, int all, Func<Action, T> work)
    {
        var (done, watch) = (0, System.Diagnostics.Stopwatch.StartNew());
        return work(() =>
        {
            var now = Interlocked.Increment(ref done);
            if (now * 10 / all > (now - 1) * 10 / all && (now == all || watch.ElapsedMilliseconds > 2000))
                screen.Note($"{what}: {now} of {all} after {watch.Elapsed.TotalSeconds:0} s");
        });
    }
}

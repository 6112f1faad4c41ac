namespace Headway.Core.Judging.Signals.Gauges;

/// <summary>
/// The rank test over the looks, whenever their number has grown by a third: over all of them, their later half and
/// their last quarter. Values that follow each other are no independent witnesses, so they are put into blocks longer
/// than their memory, and the medians of the blocks are ranked. Where there are too few blocks for that, the sides count as
/// different only when the shift is far beyond anything that stable does by itself. The probability of a false alarm
/// is spent over the looks, 6 / (pi^2 k^2) of it at the k-th, so they may go on for ever.
/// </summary>
internal sealed class Ranks(double alpha)
{
    private const int FirstLooks = 10, LeastBlocks = 8;
    private const double Growth = 1.3, Long = 2;

    private int next = FirstLooks, times;

    /// <summary>The smallest probability of the latest looks.</summary>
    public double Probability { get; private set; } = 1;

    public bool IsProven { get; private set; }

    public void Observe(LookHistory past)
    {
        if (past.Looks < next) return;
        next = (int)Math.Ceiling(past.Looks * Growth);
        times++;
        int[] windows = [.. new[] { past.Count, past.Count / 2, past.Count / 4 }.Where(w => w >= FirstLooks)];
        var allowed = alpha * 6 / (Math.PI * Math.PI * times * times) / windows.Length;
        Probability = 1;
        foreach (var window in windows)
        {
            if (ProbabilityOf(past, window) is not { } p) continue;
            Probability = Math.Min(Probability, p);
            IsProven |= p <= allowed;
        }
    }

    private static double? ProbabilityOf(LookHistory past, int window)
    {
        var scale = new Scale(past.Unit);
        double[] stable = new double[window], candidate = new double[window];
        scale.Of(past.Stable[^window..], stable);
        scale.Of(past.Candidate[^window..], candidate);
        var memory = Math.Max(Wander.Memory(stable), Wander.Memory(candidate));
        var length = memory <= 1 ? 1 : (int)Math.Ceiling(Long * memory);
        var hasBlocks = window / length >= LeastBlocks;
        var count = Math.Min(hasBlocks ? window / length : window, RankTest.Most);
        var (s, c) = (Blocks(stable, count), Blocks(candidate, count));
        if (!hasBlocks && !IsFar(past, scale, RankTest.Shift(s, c))) return null;
        return RankTest.Probability(s, c);
    }

    private static bool IsFar(LookHistory past, Scale scale, double shift)
    {
        Span<double> places = stackalloc double[past.Count];
        scale.Of(past.Stable, places);
        return shift > Exceedances.Far * Wander.Of(places);
    }

    private static double[] Blocks(double[] places, int count)
    {
        var blocks = new double[count];
        for (var i = 0; i < count; i++)
        {
            var (from, to) = (i * places.Length / count, (i + 1) * places.Length / count);
            blocks[i] = Middle.Of(places.AsSpan(from, to - from));
        }

        return blocks;
    }
}

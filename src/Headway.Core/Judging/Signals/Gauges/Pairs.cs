namespace Headway.Core.Judging.Signals.Gauges;

/// <summary>
/// Which side was higher, block by block: the same load hits both at the same time, and here it cancels. A block is as
/// long as differences remember each other, by the looks before it, so that equal sides win a block each as by a coin.
/// </summary>
internal sealed class Pairs
{
    private const int LeastLooks = 8, LongestBlock = 256;

    /// <summary>Times the memory of the differences that a block lasts.</summary>
    private const double Long = 2;

    private readonly LimitProcess fail = new(0.5, MixtureDesign.Errors);
    private readonly List<double> block = [];
    private LimitProcess pass = new(0.5, MixtureDesign.Errors);
    private int length = LeastLooks;

    /// <summary>Against "the candidate is beyond the tolerance in at most half of the blocks".</summary>
    public double LogE => fail.GatedLogE(MetricTest.LeastEvents);

    /// <summary>Against "it is beyond the tolerance in at least half of them", in this step.</summary>
    public double LogPass => pass.LogE;

    public void StepStarted() => pass = new(0.5, MixtureDesign.Errors);

    public void Observe(double stable, double candidate, LookHistory past)
    {
        var scale = new Scale(past.Unit);
        block.Add(scale.Of(candidate) - scale.Of(stable));
        if (block.Count < length) return;
        var middle = Middle.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(block));
        fail.Apply(1, middle > 0 ? 1 : 0, wakes: true);
        pass.Apply(1, middle <= 0 ? 1 : 0, wakes: false);
        block.Clear();
        length = LengthOf(past, scale);
    }

    /// <summary>
    /// Differences of equal releases remember no longer than either side does, and less where the same load hits both. A
    /// candidate that runs away makes them remember for ever, which must not keep it from being found, so the shorter
    /// memory counts.
    /// </summary>
    private static int LengthOf(LookHistory past, Scale scale)
    {
        Span<double> stable = stackalloc double[past.Count], differences = stackalloc double[past.Count];
        scale.Of(past.Stable, stable);
        for (var i = 0; i < differences.Length; i++) differences[i] = scale.Of(past.Candidate[i]) - stable[i];
        var memory = Math.Min(Wander.Memory(differences), Wander.Memory(stable)) * past.Stride;
        return memory <= past.Stride ? 1 : (int)Math.Clamp(Math.Ceiling(Long * memory), 1, LongestBlock);
    }
}

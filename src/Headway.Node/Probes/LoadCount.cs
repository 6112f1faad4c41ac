using System.Collections.Immutable;
using Headway.Core.Evidence;

namespace Headway.Node.Probes;

/// <summary>What came of a load on one side since it was last asked.</summary>
internal sealed class LoadCount(string release)
{
    public string Release => release;

    private const int MostExamples = 5;
    private readonly Lock turn = new();
    private readonly HashSet<string> examples = [];
    private int trials, failures, slow;

    public void Good(bool isSlow)
    {
        lock (turn) (trials, slow) = (trials + 1, slow + (isSlow ? 1 : 0));
    }

    public void Bad(string says)
    {
        lock (turn)
        {
            (trials, failures) = (trials + 1, failures + 1);
            if (examples.Count < MostExamples) examples.Add(says);
        }
    }

    /// <summary>Failures among all, and slow ones among those that did not fail; null when nothing has ended.</summary>
    public (SideReading Failures, SideReading? Slow)? Take()
    {
        lock (turn)
        {
            if (trials == 0) return null;
            var failed = SideReading.Counted(release, trials, failures) with { Examples = [.. examples] };
            var late = trials > failures ? SideReading.Counted(release, trials - failures, slow) : null;
            (trials, failures, slow) = (0, 0, 0);
            examples.Clear();
            return (failed, late);
        }
    }
}

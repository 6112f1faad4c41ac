namespace Headway.Core.Evidence.Answers;

/// <summary>
/// From when on an answer counts as slow: twice the time within which 95 of 100 of stable's last answers came, and ten
/// milliseconds. The limit for an answer rests on answers before it.
/// </summary>
public sealed class SlowAnswers
{
    private const int Remembered = 200, Needed = 30;
    private readonly Queue<double> past = new();
    private int candidates;

    /// <summary>Null until enough of stable's answers have been seen.</summary>
    public double? Limit { get; private set; }

    /// <summary>Whether the candidate has answered often enough to be timed: the first answers are slow.</summary>
    public bool TakesCandidate() => ++candidates > Needed && Limit is not null;

    public void Learn(double milliseconds)
    {
        past.Enqueue(milliseconds);
        if (past.Count > Remembered) past.Dequeue();
        // Sorting two hundred numbers for every tenth answer is cheap enough to be left simple.
        if (past.Count < Needed || (Limit is not null && past.Count < Remembered && past.Count % 10 != 0)) return;
        var sorted = past.Order().ToArray();
        Limit = 2 * sorted[(int)(0.95 * (sorted.Length - 1))] + 10;
    }
}

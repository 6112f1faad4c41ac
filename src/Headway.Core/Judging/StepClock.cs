namespace Headway.Core.Judging;

/// <summary>
/// The time of a step as far as somebody watched. A tick adds at most two seconds, so a clock that jumps or a machine
/// that slept lets no soak pass; and time counts as judged only where candidate trials of it have been judged.
/// </summary>
public sealed class StepClock
{
    private const double MostPerTick = 2;

    /// <summary>Time before it that a judged trial can vouch for, where requests are rare.</summary>
    private const double MostBefore = 30;

    /// <summary>Time after it that a judged trial can vouch for.</summary>
    private const double MostAfter = 5;

    private DateTimeOffset? last;
    private double waiting;
    private double ahead;
    private bool judged;

    /// <summary>Seconds watched, incidents left out.</summary>
    public double Waited { get; private set; }

    /// <summary>Seconds of it that candidate trials were judged for.</summary>
    public double Judged { get; private set; }

    /// <summary>Seconds that the incident lasts, when there is one.</summary>
    public double Held { get; private set; }

    public void StepStarted() => (waiting, ahead, judged, Waited, Judged, Held) = (0, 0, false, 0, 0, 0);

    public void BatchJudged() => judged = true;

    public void Tick(DateTimeOffset now, bool held)
    {
        var passed = last is { } then ? Math.Clamp((now - then).TotalSeconds, 0, MostPerTick) : 0;
        last = now;
        if (held)
        {
            Held += passed;
            judged = false;
            return;
        }

        Held = 0;
        Waited += passed;
        if (judged)
        {
            Judged += passed + Math.Min(waiting, MostBefore);
            (waiting, ahead, judged) = (0, MostAfter, false);
            return;
        }

        var vouched = Math.Min(passed, ahead);
        Judged += vouched;
        ahead -= vouched;
        waiting += passed - vouched;
    }
}

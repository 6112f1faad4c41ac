namespace Headway.Core.Judging;

/// <summary>
/// The time of a step as far as somebody watched. A tick adds at most two seconds, so a clock that jumps or a machine
/// that slept lets no soak pass; and time counts as judged only once candidate trials of it have been judged.
/// </summary>
public sealed class StepClock
{
    private const double MostPerTick = 2;

    /// <summary>Time that one closed batch can vouch for, where requests are rare.</summary>
    private const double MostPerBatch = 30;

    private DateTimeOffset? last;
    private double waiting;
    private bool judged;

    /// <summary>Seconds watched, incidents left out.</summary>
    public double Waited { get; private set; }

    /// <summary>Seconds of it that candidate trials were judged for.</summary>
    public double Judged { get; private set; }

    /// <summary>Seconds that the incident lasts, when there is one.</summary>
    public double Held { get; private set; }

    public void StepStarted() => (waiting, judged, Waited, Judged, Held) = (0, false, 0, 0, 0);

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
        waiting += passed;
        if (!judged) return;
        Judged += Math.Min(waiting, MostPerBatch);
        (waiting, judged) = (0, false);
    }
}

using System.Globalization;
using Headway.Core.Evidence;
using Headway.Core.Evidence.Answers;
using Headway.Core.Strategies;
using Headway.Core.Targets;

namespace Headway.Node.Gateway.Shadows;

/// <summary>What has been learned of one candidate by copies of requests.</summary>
internal sealed class ShadowTally(string stable, string candidate, Exposure.Mirror mirror)
{
    /// <summary>Once a route is known, stable is asked twice for one copy in so many: enough to tell its own noise.</summary>
    private const int AskTwiceOneIn = 4;

    private readonly Lock gate = new();
    private readonly AnswerDiff diff = new(mirror.Rules);
    private readonly VolatilePaths volatilePaths = new();
    private readonly SlowAnswers slow = new();
    private readonly ShadowCount answers = new(ShadowSignals.Answers), errors = new(ShadowSignals.Errors),
        latency = new(ShadowSignals.Latency);
    private long copies, leftOut, tooLarge, tooSlow;
    private int drawn;

    public MirrorRules Rules => mirror.Rules;

    public bool IsOf(string? otherStable, string? otherCandidate, MirrorRules rules) =>
        stable == otherStable && candidate == otherCandidate && rules.Equals(mirror.Rules);

    public void CountLeftOut() => Interlocked.Increment(ref leftOut);

    public void CountTooLarge() => Interlocked.Increment(ref tooLarge);

    public void CountTooSlow() => Interlocked.Increment(ref tooSlow);

    /// <summary>
    /// One at random of every few, whatever is asked and whatever came of it: requests that come round as regularly must
    /// not always be met, or never.
    /// </summary>
    public bool Draw()
    {
        lock (gate)
        {
            var nth = (int)(copies++ % AskTwiceOneIn);
            if (nth == 0) drawn = Random.Shared.Next(AskTwiceOneIn);
            return nth == drawn;
        }
    }

    /// <summary>Only what changes nothing is ever sent to stable a second time.</summary>
    public bool AsksTwice(MirroredRequest request, bool isDrawn)
    {
        if (!request.IsSafe) return false;
        if (isDrawn) return true;
        lock (gate) return !request.Failed && !volatilePaths.Knows(request.RouteName);
    }

    public void Take(Comparable pair)
    {
        var request = pair.Request;
        List<Difference>? otherwise = null, noise = null;
        if (request is { Failed: false, IsSafe: true })
        {
            var answer = request.Answer();
            if (pair.Candidate is { Fails: false, Answer: { } its }) otherwise = [.. diff.Of(answer, its)];
            if (pair.Again is { Fails: false, Answer: { } again }) noise = [.. diff.Of(answer, again)];
        }
        lock (gate)
        {
            TakeErrors(request, pair);
            if (otherwise is not null || noise is not null) TakeAnswers(request, otherwise, noise);
            if (request.IsSafe) TakeLatency(request, pair);
        }
    }

    /// <summary>
    /// Copies against copies. Users' own requests are copied only when stable answered them whole, so that by them stable
    /// would never reset or hang, and a candidate that is no worse would be. Stable's second answers are not chosen by how
    /// anybody answered: they fail as often as the candidate's when both are the same.
    /// </summary>
    private void TakeErrors(MirroredRequest request, Comparable pair)
    {
        var its = pair.Candidate;
        if (!request.IsSafe)
        {
            // Stable is not asked to write twice, so nothing is known of how often it would not have answered whole.
            if (its.Answer is null) return;
            if (pair.IsDrawn) errors.Stable(request.Failed);
        }
        else if (pair.IsDrawn)
        {
            if (pair.Again is not { } again) return;
            errors.Stable(again.Fails);
        }
        errors.Candidate(its.Fails);
        if (its.Fails && !request.Failed)
            errors.Examples.Add(its.Says, $"{request.Says}: status {request.Answer().Status} -> {its.Says}");
    }

    private void TakeAnswers(MirroredRequest request, List<Difference>? otherwise, List<Difference>? noise)
    {
        var route = $"{request.Method} {request.RouteName}";
        if (volatilePaths.Knows(request.RouteName))
        {
            if (otherwise is not null)
            {
                var steady = volatilePaths.Steady(request.RouteName, otherwise);
                answers.Candidate(steady.Count > 0);
                foreach (var one in steady) answers.Examples.Add($"{route} {one.Pattern}", $"{request.Says}: {one.Says}");
            }
            if (noise is not null) answers.Stable(volatilePaths.Steady(request.RouteName, noise).Count > 0);
        }
        if (noise is not null) volatilePaths.Learn(request.RouteName, noise);
    }

    private void TakeLatency(MirroredRequest request, Comparable pair)
    {
        if (pair.Candidate is { Fails: false, Milliseconds: var its } && slow.TakesCandidate() && slow.Limit is { } limit)
        {
            latency.Candidate(its > limit);
            if (its > limit)
                latency.Examples.Add(request.RouteName, string.Create(CultureInfo.InvariantCulture,
                    $"{request.Says}: {its:0} ms, and slow from {limit:0} ms on"));
        }
        if (pair.Again is not { Fails: false, Milliseconds: var again }) return;
        if (slow.Limit is { } most) latency.Stable(again > most);
        slow.Learn(again);
    }

    /// <summary>What was seen since the last time, one a signal.</summary>
    public IEnumerable<(string Signal, SideReading? Stable, SideReading? Candidate)> Close()
    {
        lock (gate)
            return
            [
                .. new[] { answers, errors, latency }.Select(count =>
                {
                    var (left, right) = count.Close(stable, candidate);
                    return (count.Signal, left, right);
                }).Where(one => one.left is not null || one.right is not null),
            ];
    }

    /// <summary>What was done, for people.</summary>
    public string Says
    {
        get
        {
            var says = $"{Steps.Percent(mirror.Share)} of {string.Join(", ", mirror.Rules.Methods)} copied";
            if (Volatile.Read(ref leftOut) is > 0 and var many) says += $"; {many} left out, since too many were under way";
            if (Volatile.Read(ref tooLarge) is > 0 and var large) says += $"; {large} left out, since they were too large";
            if (Volatile.Read(ref tooSlow) is > 0 and var slower)
                says += $"; {slower} left out, since stable took longer than "
                    + $"{ShadowSender.LongestCopied.TotalSeconds:0.#} s for them";
            return says + ".";
        }
    }
}

namespace Headway.Simulation.Replay;

/// <summary>
/// A judge that compares the candidate's success rate of the last minute with a fixed limit, as the common tools do.
/// Kind to them: no scrape delay, no controller latency, no error from rates or buckets.
/// </summary>
/// <param name="Flagger">
/// Flagger's schedule (5 % more at each passing check up to 50 %, a failing one waits, rollback on the tick after the
/// failed checks have reached the limit) or else Argo's (5, 25, 50 %, five minutes each whatever the checks say, abort
/// when more checks have failed than the limit).
/// </param>
/// <param name="Interval">Seconds between checks.</param>
/// <param name="Limit">Failed checks: `threshold` there, `failureLimit` here.</param>
/// <param name="Success">Least success rate.</param>
/// <param name="NoDataFails">A minute without a request is a failed check.</param>
public sealed record ThresholdReplay(bool Flagger, int Interval, int Limit, double Success, bool NoDataFails)
{
    /// <summary>The stock values of Flagger's tutorials: 1 minute, 5 failed checks, 99 %.</summary>
    public static readonly ThresholdReplay FlaggerStock = new(true, 60, 5, 0.99, NoDataFails: true);

    /// <summary>Argo Rollouts' documentation: success rate of 95 %, failureLimit 3, every minute.</summary>
    public static readonly ThresholdReplay ArgoDocs = new(false, 60, 3, 0.95, NoDataFails: true);

    /// <summary>Schedules x intervals x limits x success rates, errors only, no data passes: 72 of them.</summary>
    public static IEnumerable<ThresholdReplay> Tunable() =>
        from flagger in new[] { true, false }
        from interval in new[] { 10, 60 }
        from limit in flagger ? new[] { 1, 3, 5 } : [0, 1, 3]
        from success in new[] { 0.8, 0.9, 0.95, 0.97, 0.98, 0.995 }
        select new ThresholdReplay(flagger, interval, limit, success, NoDataFails: false);

    public Replayed Run(World world, long run)
    {
        var window = new Queue<(int Requests, int Failures)>();
        var (requests, failures, failedChecks) = (0, 0, 0);
        var share = 0.05;
        long failed = 0;
        int? promotedAt = null;
        for (var second = 0; second < world.Seconds; second++)
        {
            var arrivals = Arrivals.Of(world, run, second, share);
            if (world.FaultRate is null || world.IsFaultyAt(second)) failed += arrivals.CandidateFailures;
            if (promotedAt is not null) continue;
            window.Enqueue((arrivals.Candidate, arrivals.CandidateFailures));
            (requests, failures) = (requests + arrivals.Candidate, failures + arrivals.CandidateFailures);
            if (window.Count > 60)
            {
                var old = window.Dequeue();
                (requests, failures) = (requests - old.Requests, failures - old.Failures);
            }

            var now = second + 1;
            if (now % Interval == 0)
            {
                if (Flagger && failedChecks >= Limit) return new(failed, now, null);
                var passes = requests == 0 ? !NoDataFails : 1 - failures / (double)requests >= Success;
                if (!passes) failedChecks++;
                if (!Flagger && failedChecks > Limit) return new(failed, now, null);
                if (Flagger && passes) share = share >= 0.5 - 1e-9 ? 1 : share + 0.05;
            }

            if (!Flagger && now % 300 == 0) share = now switch { 300 => 0.25, 600 => 0.5, _ => 1 };
            if (share >= 1) promotedAt = now;
        }

        return new(failed, null, promotedAt);
    }
}

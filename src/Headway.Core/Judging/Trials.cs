namespace Headway.Core.Judging;

/// <summary>Trials and events of both sides in one batch: the whole input of every test of the judge.</summary>
/// <param name="CandidateTrials">n_c.</param>
/// <param name="CandidateEvents">k_c, at most n_c.</param>
/// <param name="StableTrials">n_s.</param>
/// <param name="StableEvents">k_s, at most n_s.</param>
public readonly record struct Trials(
    double CandidateTrials, double CandidateEvents, double StableTrials, double StableEvents)
{
    /// <summary>Both sides have a trial: the batch can be judged. Depends on trials only, never on outcomes.</summary>
    public bool IsJudgeable => CandidateTrials >= 1 && StableTrials >= 1;

    public static Trials operator +(Trials left, Trials right) => new(
        left.CandidateTrials + right.CandidateTrials, left.CandidateEvents + right.CandidateEvents,
        left.StableTrials + right.StableTrials, left.StableEvents + right.StableEvents);
}

using System.Collections.Immutable;
using Headway.Core.Environments;
using Headway.Core.Intent;
using Headway.Server.Journal;
using Headway.Server.Rollouts;

namespace Headway.Server.Intent;

/// <summary>Obeys what commits of others say of lanes, like any other way in; what cannot be obeyed is said.</summary>
public sealed class IntentObedience(Wishes wishes, Ledger ledger, LaneTurns turns)
{
    private long _retriedAt = -1;

    public async Task TakeAsync(ForeignCommits foreign, CancellationToken stop)
    {
        var taken = new Taken();
        foreach (var (path, file) in foreign.Files)
            if (IntentPath.LaneOf(path) is { } lane)
                await TakeAsync(taken, new(path, lane.Service, lane.Environment, foreign.After.Text(path)),
                    LaneFileShape.IntentOf(path, file.Before), file.Newest, stop);
        await KeepAsync(taken, foreign.After.Commit, stop);
    }

    /// <summary>A file that named what was not known yet may be obeyed now.</summary>
    public async Task RetryAsync(StateTree head, CancellationToken stop)
    {
        if (ledger.Position == _retriedAt || wishes.All.Problems.IsEmpty) return;
        _retriedAt = ledger.Position;
        var taken = new Taken();
        foreach (var problem in wishes.All.Problems.Values)
            if (IntentPath.LaneOf(problem.Path) is { } lane && ledger.Service(lane.Service) is not null && problem.Commit is { } commit)
                await TakeAsync(taken, new(problem.Path, lane.Service, lane.Environment, head.Text(problem.Path)), problem.Before,
                    new(commit, problem.By ?? "", "As committed before", default, null), stop);
        foreach (var (path, answer) in taken.Answers)
            if (answer is not null && answer == wishes.All.Problems.GetValueOrDefault(path)) taken.Answers.Remove(path);
        if (taken.Answers.Count > 0) await KeepAsync(taken, wishes.All.Seen, stop);
    }

    private async Task TakeAsync(Taken taken, LaneText file, LaneIntent? before, StateCommit commit, CancellationToken stop)
    {
        taken.Answers[file.Path] = null;
        if (Problem(file) is { } problem)
        {
            taken.Answers[file.Path] = new(file.Path, problem, commit.By, commit.Commit, before);
            return;
        }
        foreach (var ask in AsksOf(file, before))
            switch (ask)
            {
                case IntentAsk.Problem wrong:
                    taken.Answers[file.Path] = new(file.Path, wrong.Says, commit.By, commit.Commit, before);
                    break;
                case IntentAsk.Against against:
                    taken.Against[file.Path] = new(file.Path, against.Says, commit.By, commit.Commit);
                    break;
                case IntentAsk.Want want:
                    taken.Wishes[file.Lane] = new(want.Release, commit.By, commit.Commit, commit.Subject);
                    break;
                default:
                    if (await ObeyAsync(file, ask, commit, stop) is { } refused)
                        taken.Against[file.Path] = new(file.Path, refused, commit.By, commit.Commit);
                    break;
            }
        taken.Lanes.Add((file.Service, file.Environment));
        if (wishes.Of(file.Lane) is { } wish && !taken.Wishes.ContainsKey(file.Lane)
            && LaneFileShape.IntentOf(file.Path, file.Text)?.Release != wish.Release) taken.Wishes[file.Lane] = null;
    }

    /// <summary>Why the file as it is could not be obeyed, or null: it cannot be read, or names what nobody knows.</summary>
    public string? WhyNot(LaneText file, string? before) => Problem(file)
        ?? AsksOf(file, LaneFileShape.IntentOf(file.Path, before)).Select(ask => ask switch
        {
            IntentAsk.Problem problem => problem.Says,
            IntentAsk.Against against => against.Says,
            _ => null,
        }).FirstOrDefault(says => says is not null);

    private string? Problem(LaneText file)
    {
        if (ledger.Service(file.Service) is not { } known) return $"There is no service `{file.Service}`.";
        if (known.Environments.All(each => each.Name != file.Environment))
            return $"{file.Service} has no environment `{file.Environment}`.";
        return file.Text is null ? null : LaneFileShape.Read(file.Path, file.Text).Problems is { IsEmpty: false } problems
            ? string.Join(' ', problems) : null;
    }

    private ImmutableArray<IntentAsk> AsksOf(LaneText file, LaneIntent? before)
    {
        var lane = ledger.Lane(file.Service, file.Environment);
        return ForeignIntent.Decide(lane, before, LaneFileShape.IntentOf(file.Path, file.Text) ?? new(null, null, null),
            lane.Open is { } open ? ledger.Rollout(open)?.Candidate : null,
            release => ledger.Release(release) is { } found && found.Service == file.Service
                ? new(found.Number, found.ArtifactDigest) : null);
    }

    /// <returns>Why it was not obeyed, or null.</returns>
    private async Task<string?> ObeyAsync(LaneText file, IntentAsk ask, StateCommit commit, CancellationToken stop)
    {
        var why = $"{commit.Subject} ({commit.Short} in the state repo)";
        turns.Wake(file.Service, file.Environment);
        var refusal = await turns.LaneCommandAsync(file.Lane, state => ask switch
        {
            IntentAsk.GoBack back => LaneDecider.RollBack(state, back.Release, why),
            IntentAsk.Hold hold => (new LaneEvent.HoldPlaced(hold.Release, hold.Why), null),
            _ => state.Hold is null ? (null, null) : (new LaneEvent.HoldLifted(why), null),
        }, commit.By, stop);
        return refusal?.Says;
    }

    private async Task KeepAsync(Taken taken, string? seen, CancellationToken stop)
    {
        await wishes.ChangeAsync(all => taken.Onto(all) with { Seen = seen }, stop);
        foreach (var (service, environment) in taken.Lanes) turns.Wake(service, environment);
    }
}

/// <param name="Text">Null where there is no such file.</param>
public sealed record LaneText(string Path, string Service, string Environment, string? Text)
{
    public string Lane => $"{Service}/{Environment}";
}

using System.Collections.Immutable;
using Headway.Core.Environments;
using Headway.Core.Intent;

namespace Headway.Server.Intent;

/// <summary>The commit that brings a lane's file to what it should say.</summary>
internal static class IntentChange
{
    /// <param name="against">What somebody's commit wanted here and a rule has decided against, or null.</param>
    /// <param name="evidence">Why a release may come, further than the decision itself says.</param>
    public static StateChange Of(
        LaneState lane, LaneIntent intent, StateTree head, IntentProblem? against, Func<string, string> evidence)
    {
        var path = IntentPath.Lane(lane.Service, lane.Environment);
        var file = head.Text(path);
        var commit = against is null ? IntentCommit.Of(lane, intent, LaneFileShape.IntentOf(path, file))
            : IntentCommit.Against(lane, intent, against.Says, $"{against.Commit} of {against.By}");
        var queued = lane.Queued is { Back: false, Version: > 0 } wanted ? wanted : null;
        var why = queued is null || against is not null ? commit.Why : $"{commit.Why}\n\n{evidence(queued.Release)}".Trim();
        return new(commit.By, commit.Subject, why, $"lane/{lane.Lane}@{queued?.Version ?? lane.Version}",
            ImmutableDictionary<string, string?>.Empty.Add(path, LaneFile.With(file, intent)));
    }
}

using System.Text;
using Headway.Core.Environments;
using Headway.Core.Releases;
using Headway.Server.Journal;

namespace Headway.Server.Intent;

/// <summary>What a promotion's commit says of the release, for whoever reads git alone.</summary>
internal static class PromotionEvidence
{
    public static string Of(Ledger ledger, LaneState lane, string id)
    {
        if (ledger.Release(id) is not { } release) return "";
        var text = new StringBuilder();
        text.Append("Release: ").Append(release.Commit.Short).Append(" \"").Append(release.Commit.Subject).Append("\" by ")
            .Append(release.Commit.Author).Append('\n').Append("Artifact: ").Append(release.ArtifactDigest).Append('\n');
        if (Before(ledger, lane, release) is { } before) text.Append("Evidence: ").Append(before).Append('\n');
        return text.ToString().TrimEnd();
    }

    /// <summary>What the environment before has seen of it.</summary>
    private static string? Before(Ledger ledger, LaneState lane, Release release)
    {
        var environments = release.Spec.Environments.Select(each => each.Name).ToList();
        var at = environments.IndexOf(lane.Environment);
        if (at < 1) return null;
        var before = ledger.Lane(lane.Service, environments[at - 1]);
        return ledger.Rollout($"{before.Service}-{before.Environment}-{before.Rollouts}") is { } rollout && Release.BaseOf(rollout.Candidate) == release.Base
            ? $"in {before.Environment}, {rollout.Id}: {rollout.LastVerdict?.Says ?? "its checks passed; nothing was judged."}" : null;
    }
}

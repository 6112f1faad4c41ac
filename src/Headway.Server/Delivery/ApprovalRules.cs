using Headway.Core.Access;
using Headway.Core.Delivery;
using Headway.Core.Releases;
using Headway.Core.Rollouts;

namespace Headway.Server.Delivery;

/// <summary>Who may say what about a release.</summary>
internal static class ApprovalRules
{
    private const int ShortestReason = 10;
    public static readonly TimeSpan GlassByDefault = TimeSpan.FromHours(1);
    private static readonly TimeSpan GlassAtMost = TimeSpan.FromHours(24);

    public static (ApprovalEvent? Event, Refusal? Refusal) Approve(
        ApprovalState state, Release release, Principal who, (DeliveryQuestion Question, DateTimeOffset Now) asked, string why)
    {
        var (question, now) = asked;
        if (DeliveryEngine.IsAuthor(question.Authors, who.Name, who.Emails))
            return No("approval.author", $"{who.Name} wrote a part of {release.Id}, and who wrote it does not approve it.");
        var rule = question.Here.StricterOf(question.Everywhere).Approvals;
        if (rule is { Groups.IsDefaultOrEmpty: false } && !who.Groups.Any(group => rule.Groups.Contains(group)))
            return No("approval.group", $"Approvals here are given by {string.Join(" or ", rule.Groups)}, and {who.Name} is in {Groups(who)}.");
        var lasts = rule?.For ?? ApprovalRule.ForByDefault;
        if (state.Approvals.Any(each => each.Release == release.Id && each.By == who.Name && each.Digest == release.ArtifactDigest
            && now < each.At + lasts))
            return No("approval.twice", $"{who.Name} has approved {release.Id} already.");
        return (new ApprovalEvent.Approved(release.Id, release.ArtifactDigest, who.Name, who.Emails, who.Groups, why), null);
    }

    public static (ApprovalEvent? Event, Refusal? Refusal) Withdraw(ApprovalState state, Release release, Principal who, string why) =>
        state.Approvals.Any(each => each.Release == release.Id && each.By == who.Name)
            ? (new ApprovalEvent.Withdrawn(release.Id, who.Name, why), null)
            : No("approval.none", $"{who.Name} has not approved {release.Id}.");

    public static (ApprovalEvent? Event, Refusal? Refusal) BreakGlass(
        ApprovalState state, Release release, Principal who, (string? Reason, TimeSpan For) asked, DateTimeOffset now)
    {
        if ((asked.Reason?.Trim().Length ?? 0) < ShortestReason)
            return No("glass.reason", $"Breaking the glass needs a reason of at least {ShortestReason} characters: it is read afterwards.");
        if (asked.For <= TimeSpan.Zero || asked.For > GlassAtMost)
            return No("glass.time", $"A broken glass lasts at most {GlassAtMost.TotalHours:0} h.");
        return state.GlassOf(release.Id, now) is { } broken
            ? No("glass.broken", $"{broken.By} has broken the glass for {release.Id} already; it lasts until {broken.Until:HH:mm} UTC.")
            : (new ApprovalEvent.GlassBroken(release.Id, who.Name, asked.Reason!.Trim(), now + asked.For), null);
    }

    public static (ApprovalEvent? Event, Refusal? Refusal) Review(ApprovalState state, string release, Principal who, string why)
    {
        if (state.Glasses.FirstOrDefault(each => each.Release == release && each.ReviewedBy is null) is not { } glass)
            return No("glass.none", $"No broken glass of {release} waits for a look.");
        return glass.By == who.Name
            ? No("glass.own", $"{who.Name} broke it; somebody else looks at it.")
            : (new ApprovalEvent.GlassReviewed(release, who.Name, why), null);
    }

    private static string Groups(Principal who) => who.Groups.IsEmpty ? "no group" : string.Join(", ", who.Groups);

    private static (ApprovalEvent? Event, Refusal? Refusal) No(string rule, string says) => (null, new(rule, says));
}

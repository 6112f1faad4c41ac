using System.Collections.Immutable;
using Headway.Core.Delivery;
using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Core.Waiting;
using Headway.Server.Journal;

namespace Headway.Server.Delivery;

/// <summary>What policy says of the approvals of a release; null when it says nothing.</summary>
public delegate ApprovalNeed? ApprovalPolicy(Release release, string environment);

/// <summary>Puts the question of delivery together from what is known, and answers a lane that asks whether a release may come.</summary>
public sealed class DeliveryDesk(Ledger ledger, DeliveryFiles files, IEnumerable<ApprovalPolicy> policies, TimeProvider time)
{
    public Wait? Gate(Release release, string environment)
    {
        var lane = $"{release.Service}/{environment}";
        var closed = Answers(release, environment).Where(answer => !answer.Passed).ToImmutableArray();
        if (closed.IsEmpty) return null;
        var first = closed[0];
        var says = closed.Length == 1 ? first.Says : $"{first.Says} Also: {string.Join(' ', closed.Skip(1).Select(each => each.Says))}";
        return new(KindOf(first.Kind), lane, says, first.Unblocks, null, first.Until);
    }

    public ImmutableArray<DeliveryAnswer> Answers(Release release, string environment) =>
        DeliveryEngine.Ask(Question(release, environment), time.GetUtcNow());

    public DeliveryQuestion Question(Release release, string environment)
    {
        var environments = ledger.Service(release.Service)?.Environments ?? release.Spec.Environments;
        var before = PromotionOrder.Before(environments, environment);
        // What is written when the release was made counts, and what was loosened since does not.
        var here = release.Spec.Environments.FirstOrDefault(each => each.Name == environment)?.Delivery ?? DeliveryRules.None;
        return new(release.Service, environment, release.Id, release.ArtifactDigest, Authors(release, environment),
            here, files.Of(environment), OutSince(release, before), !before.IsEmpty)
        {
            Given = ledger.Approvals($"{release.Service}/{environment}"),
            Freezes = files.Freezes,
            Need = Need(release, environment),
        };
    }

    /// <summary>Whoever wrote one of the releases that have come since what is out there.</summary>
    public ImmutableArray<string> Authors(Release release, string environment)
    {
        var isOut = ledger.Lane(release.Service, environment).Current is { } current ? ledger.Release(current)?.Number ?? 0 : 0;
        return
        [
            .. ledger.Releases.Where(each => each.Service == release.Service && each.Number > isOut && each.Number <= release.Number)
                .Append(release).SelectMany(each => new[] { each.Commit.Author, each.Commit.Email ?? "" })
                .Where(name => name.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase),
        ];
    }

    /// <summary>More than one may speak: a demand for an approval is stronger than a waiver.</summary>
    private ApprovalNeed? Need(Release release, string environment)
    {
        var needs = policies.Select(policy => policy(release, environment)).OfType<ApprovalNeed>().ToList();
        return needs.FirstOrDefault(need => need.Required) ?? needs.FirstOrDefault();
    }

    /// <summary>Since when it has been out in all of them.</summary>
    private DateTimeOffset? OutSince(Release release, ImmutableArray<string> environments)
    {
        var since = environments.Select(each => OutSince(release, each)).ToList();
        return since.Count == 0 || since.Contains(null) ? null : since.Max();
    }

    private DateTimeOffset? OutSince(Release release, string environment)
    {
        var lane = ledger.Lane(release.Service, environment);
        if (lane.Current is not { } current || Release.BaseOf(current) != release.Base) return null;
        return ledger.Rollout($"{release.Service}-{environment}-{lane.Rollouts}") is { } rollout && Release.BaseOf(rollout.Candidate) == release.Base
            ? rollout.PromotedAt : null;
    }

    private static WaitKind KindOf(string kind) => kind switch
    {
        "window" => WaitKind.Window,
        "freeze" => WaitKind.Freeze,
        "soak" => WaitKind.Soak,
        "hand" => WaitKind.Person,
        _ => WaitKind.Approval,
    };
}

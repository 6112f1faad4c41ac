using System.Collections.Immutable;
using Headway.Core.Delivery;
using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Server.Rollouts;
using Headway.Server.Journal;

namespace Headway.Server.Delivery;

/// <summary>A glass that was broken, with where.</summary>
public sealed record BrokenGlass(string Service, string Environment, Glass Glass);

/// <summary>Which releases wait for people or the clock, and for what.</summary>
public sealed class WaitingReleases(Ledger ledger, DeliveryDesk desk)
{
    public ImmutableArray<WaitingRelease> All() =>
    [
        .. from service in ledger.Services
           from environment in service.Environments
           let waiting = Of(service.Name, environment.Name)
           where waiting is not null && waiting.Answers.Any(answer => !answer.Passed)
           select waiting,
    ];

    /// <summary>Those that nobody has looked at since, the newest first.</summary>
    public ImmutableArray<BrokenGlass> Glasses() =>
    [
        .. from service in ledger.Services
           from environment in service.Environments
           from glass in ledger.Approvals($"{service.Name}/{environment.Name}").Glasses
           where glass.ReviewedBy is null
           orderby glass.At descending
           select new BrokenGlass(service.Name, environment.Name, glass),
    ];

    public WaitingRelease? Of(string service, string environment) =>
        Find(service, environment, null) is { } release ? Of(service, environment, release) : null;

    public WaitingRelease Of(string service, string environment, Release release)
    {
        var question = desk.Question(release, environment);
        return new(service, environment, release.Id, release.Commit.Subject, release.CreatedAt, question.Authors,
            desk.Answers(release, environment), [.. question.Given.Approvals.Where(each => each.Release == release.Id)]);
    }

    /// <param name="id">Null: the newest that the stage before has, when it has not been wanted here yet.</param>
    public Release? Find(string service, string environment, string? id)
    {
        if (id is not null) return ledger.Release(id) is { } named && named.Service == service ? named : null;
        if (ledger.Service(service) is not { Newest: { } newest } view) return null;
        if (PromotionOrder.IndexOf(view.Environments, environment) < 0) return null;
        var before = PromotionOrder.Before(view.Environments, environment);
        var ready = before.IsEmpty ? newest : Promotions.OutIn(ledger, service, before);
        if (ready is null) return null;
        var (lane, configured) = (ledger.Lane(service, environment), ledger.Configured(ready, environment));
        return (configured.Number, configured.Revision).CompareTo((lane.Newest, lane.NewestRevision)) > 0 ? configured : null;
    }
}

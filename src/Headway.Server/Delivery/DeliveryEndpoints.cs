using System.Collections.Immutable;
using Headway.Core.Access;
using Headway.Core.Delivery;
using Headway.Core.Releases;
using Headway.Core.Rollouts;
using Headway.Server.Access;
using Headway.Server.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Delivery;

/// <summary>What a person says of a release.</summary>
/// <param name="Release">Null: the one that waits.</param>
/// <param name="Minutes">How long a broken glass lasts.</param>
public sealed record DeliveryAsk(string? Release = null, string? Reason = null, int? Minutes = null);

/// <param name="Current">That users have.</param>
/// <param name="Next">That waits to come; null when none does.</param>
public sealed record NextRelease(Release? Current, Release? Next);

/// <summary>A release that waits for people or the clock.</summary>
/// <param name="Authors">Who cannot approve it.</param>
public sealed record WaitingRelease(
    string Service, string Environment, string Release, string Subject, DateTimeOffset CreatedAt,
    ImmutableArray<string> Authors, ImmutableArray<DeliveryAnswer> Answers, ImmutableArray<Approval> Approvals);

/// <summary>Approvals, promotion by hand and broken glass, as people and programs ask for them.</summary>
public static class DeliveryEndpoints
{
    public static void MapDelivery(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/approvals", (WaitingReleases waiting) => waiting.All()).WithTags("Delivery").WithName("ListApprovals");
        app.MapGet("/api/v1/glasses", (WaitingReleases waiting) => waiting.Glasses()).WithTags("Delivery").WithName("ListGlasses");
        var lanes = app.MapGroup("/api/v1/lanes/{service}/{environment}").WithTags("Delivery");
        lanes.MapGet("/delivery", (string service, string environment, WaitingReleases waiting) =>
            waiting.Of(service, environment) is { } found ? Results.Ok(found) : Nothing(service, environment)).WithName("GetDelivery");
        lanes.MapGet("/next", (string service, string environment, WaitingReleases waiting, Ledger ledger) => Results.Ok(new NextRelease(
            ledger.Lane(service, environment).Current is { } current ? ledger.Release(current) : null,
            waiting.Find(service, environment, null) ?? (ledger.Lane(service, environment).Queued is { } queued ? ledger.Release(queued.Release) : null)))).WithName("GetNextRelease");
        lanes.MapPost("/approve", Say(Act.Approve, (who, release, asked, state) =>
            ApprovalRules.Approve(state, release, who, (asked.Desk.Question(release, asked.Environment), asked.Now), asked.Why))).WithName("Approve");
        lanes.MapPost("/withdraw", Say(Act.Approve, (who, release, asked, state) =>
            ApprovalRules.Withdraw(state, release, who, asked.Why))).WithName("WithdrawApproval");
        lanes.MapPost("/promote", Say(Act.Deploy, (who, release, asked, state) => state.Asked.Contains(release.Id)
            ? (null, new("promotion.asked", $"{release.Id} is asked for already."))
            : (new ApprovalEvent.PromotionAsked(release.Id, who.Name, asked.Why), null))).WithName("PromoteByHand");
        lanes.MapPost("/break-glass", Say(Act.BreakGlass, (who, release, asked, state) => ApprovalRules.BreakGlass(
            state, release, who, (asked.Ask.Reason, asked.Ask.Minutes is { } minutes ? TimeSpan.FromMinutes(minutes) : ApprovalRules.GlassByDefault),
            asked.Now))).WithName("BreakGlass");
        lanes.MapPost("/review-glass", Say(Act.Approve, (who, release, asked, state) =>
            ApprovalRules.Review(state, release.Id, who, asked.Why))).WithName("ReviewGlass");
        lanes.MapPost("/reject", RejectAsync).WithName("RejectRelease");
        app.MapApprovalLinks();
    }

    /// <summary>What a decision may look at besides what was said before.</summary>
    private sealed record Asked(DeliveryDesk Desk, string Environment, DeliveryAsk Ask, DateTimeOffset Now)
    {
        public string Why => Ask.Reason ?? "no reason given";
    }

    private static Delegate Say(
        Act act, Func<Principal, Release, Asked, ApprovalState, (ApprovalEvent?, Refusal?)> decide) =>
        async (string service, string environment, DeliveryAsk ask, WaitingReleases waiting, DeliveryDesk desk, ApprovalBook book,
            TimeProvider time, HttpContext context) =>
        {
            var who = context.Principal();
            if (who.WhyNot(act, service, environment) is { } forbidden) return Forbidden(forbidden);
            if (waiting.Find(service, environment, ask.Release) is not { } release) return Nothing(service, environment, ask.Release);
            var asked = new Asked(desk, environment, ask, time.GetUtcNow());
            var refusal = await book.RecordAsync(
                service, environment, who.Name, state => decide(who, release, asked, state), context.RequestAborted);
            return refusal is null ? Results.Ok(waiting.Of(service, environment, release)) : Refused(refusal);
        };

    private static async Task<IResult> RejectAsync(
        string service, string environment, DeliveryAsk ask, WaitingReleases waiting, DeliveryVoice voice, HttpContext context)
    {
        var who = context.Principal();
        if (who.WhyNot(Act.Approve, service, environment) is { } forbidden) return Forbidden(forbidden);
        if (waiting.Find(service, environment, ask.Release) is not { } release) return Nothing(service, environment, ask.Release);
        return await voice.RejectAsync(environment, release, who, ask.Reason ?? "no reason given", context.RequestAborted) is { } refusal
            ? Refused(refusal) : Results.Ok(waiting.Of(service, environment, release));
    }

    private static IResult Nothing(string service, string environment, string? release = null) => Results.Problem(
        release is null ? $"No release of {service} waits to come into {environment}. `headway approvals` lists what waits."
            : $"There is no release `{release}` of {service}.", statusCode: 404, title: "Nothing waits");

    private static IResult Forbidden(Refusal refusal) =>
        Results.Problem(refusal.Says, statusCode: 403, title: "Not allowed", type: $"urn:headway:{refusal.Rule}");

    private static IResult Refused(Refusal refusal) =>
        Results.Problem(refusal.Says, statusCode: 409, title: "Not now", type: $"urn:headway:{refusal.Rule}");
}

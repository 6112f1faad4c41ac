using System.Collections.Immutable;
using Headway.Core.Access;
using Headway.Core.Delivery;
using Headway.Server.Access;
using Headway.Server.Host;
using Headway.Server.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Delivery;

/// <param name="Release">Null: the one that waits.</param>
/// <param name="For">Who will say it; null: who asks.</param>
/// <param name="Minutes">How long it may be used; a day when not given.</param>
public sealed record LinkAsk(
    string? Release = null, string? For = null, ImmutableArray<string> Emails = default, ImmutableArray<string> Groups = default, int? Minutes = null);

public sealed record LinkSigned(string Url, ApprovalLink Link);

/// <summary>Approval by whoever was sent a link: a page with a sentence, two buttons and no script.</summary>
public static class LinkEndpoints
{
    public const string Page = "/approval";
    private const int AtMostMinutes = 7 * 24 * 60, ByDefault = 24 * 60;

    public static void MapApprovalLinks(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/v1/lanes/{service}/{environment}/approval-link", MakeAsync).WithTags("Delivery").WithName("MakeApprovalLink");
        app.MapGet(Page, ShowAsync).ExcludeFromDescription();
        app.MapPost(Page, SayAsync).DisableAntiforgery().ExcludeFromDescription();
    }

    private static async Task<IResult> MakeAsync(
        string service, string environment, LinkAsk ask, WaitingReleases waiting, LinkSigner signer, ServerOptions options, TimeProvider time, HttpContext context)
    {
        var who = context.Principal();
        // Who lets others speak in a name has to be trusted with everything; for oneself it is what one may do anyway.
        var isOther = ask.For is not null && ask.For != who.Name;
        if ((isOther ? who.WhyNot(Act.Administer) : who.WhyNot(Act.Approve, service, environment)) is { } forbidden)
            return Results.Problem(forbidden.Says, statusCode: 403, title: "Not allowed", type: $"urn:headway:{forbidden.Rule}");
        if (ask.Minutes is <= 0 or > AtMostMinutes)
            return Results.Problem($"A link lasts at most {AtMostMinutes / 60 / 24} days.", statusCode: 400, title: "Not so long");
        if (waiting.Find(service, environment, ask.Release) is not { } release)
            return Results.Problem($"No release of {service} waits to come into {environment}.", statusCode: 404, title: "Nothing waits");
        var link = new ApprovalLink(service, environment, release.Id, release.ArtifactDigest, ask.For ?? who.Name,
            isOther ? OrNone(ask.Emails) : who.Emails, isOther ? OrNone(ask.Groups) : who.Groups,
            time.GetUtcNow().AddMinutes(ask.Minutes ?? ByDefault));
        var root = options.PublicUrl?.TrimEnd('/') ?? $"{context.Request.Scheme}://{context.Request.Host}";
        return Results.Ok(new LinkSigned($"{root}{Page}?link={await signer.SignAsync(link, context.RequestAborted)}", link));
    }

    private static async Task<IResult> ShowAsync(HttpContext context, LinkSigner signer, WaitingReleases waiting, Ledger ledger, string? link = null)
    {
        var (found, isOver) = await signer.ReadAsync(link, context.RequestAborted);
        if (found is null || isOver) return ApprovalPage.Says(context, 403, isOver ? ApprovalPage.Over : ApprovalPage.Unknown);
        if (ledger.Release(found.Release) is not { } release) return ApprovalPage.Says(context, 404, $"There is no release {found.Release} any more.");
        return ApprovalPage.Asks(context, found, release, waiting.Of(found.Service, found.Environment, release), link!);
    }

    private static async Task<IResult> SayAsync(
        HttpContext context, LinkSigner signer, WaitingReleases waiting, DeliveryVoice voice)
    {
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
        var (found, isOver) = await signer.ReadAsync(form["link"], context.RequestAborted);
        if (found is null || isOver) return ApprovalPage.Says(context, 403, isOver ? ApprovalPage.Over : ApprovalPage.Unknown);
        if (waiting.Find(found.Service, found.Environment, found.Release) is not { } release || release.ArtifactDigest != found.Digest)
            return ApprovalPage.Says(context, 404, $"There is no release {found.Release} any more.");
        var why = form["reason"].ToString() is { Length: > 0 } said ? $"{(said.Length > 500 ? said[..500] : said)} (by a signed link)" : "by a signed link";
        var refusal = form["answer"] == "reject" ? await voice.RejectAsync(found.Environment, release, found.Principal, why, context.RequestAborted)
            : await voice.ApproveAsync(found.Environment, release, found.Principal, why, context.RequestAborted);
        return refusal is not null ? ApprovalPage.Says(context, 409, refusal.Says)
            : ApprovalPage.Says(context, 200, form["answer"] == "reject" ? $"{found.Release} is held: it does not come into {found.Environment}."
                : $"{found.By} has approved {found.Release} for {found.Environment}.");
    }

    private static ImmutableArray<string> OrNone(ImmutableArray<string> names) => names.IsDefault ? [] : names;
}

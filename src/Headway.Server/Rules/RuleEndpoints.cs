using System.Collections.Immutable;
using Headway.Core.Services;
using Headway.Server.Access;
using Headway.Server.Pipelines;
using Headway.Server.Specs;
using Headway.Server.Specs.Templates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Rules;

/// <param name="File">For the errors only.</param>
public sealed record RuleFile(string Text, string? File = null);

/// <param name="Problems">Everything that is wrong with what was sent, or with a headway.yaml.</param>
/// <param name="Missing">What central requirements want of it.</param>
public sealed record SpecCheck(bool Valid, ImmutableArray<SpecProblem> Problems, ImmutableArray<MissingPart> Missing, ServiceSpec? Spec);

/// <param name="Run">The newest run that had a specification.</param>
public sealed record ServiceCheck(string Service, string? Run, ImmutableArray<MissingPart> Missing);

/// <summary>Templates and central requirements, for those who keep them, and the check of a headway.yaml by both.</summary>
public static class RuleEndpoints
{
    public const string Templates = "/api/v1/templates";
    public const string Requirements = "/api/v1/requirements";
    public const string Check = "/api/v1/specs/check";

    public static void MapRules(this IEndpointRouteBuilder routes)
    {
        var templates = routes.MapGroup(Templates).WithTags("Templates");
        templates.MapGet("/", (TemplateBook book) => book.All.Select(each => each with { Text = null }))
            .WithName("listTemplates");
        templates.MapGet("/{name}/{version}", (string name, string version, TemplateBook book) =>
            book.Find(name, version) is { } found ? Results.Ok(found) : Unknown(name, version)).WithName("getTemplate");
        templates.MapPost("/", AddAsync).WithName("addTemplate");
        templates.MapDelete("/{name}/{version}", RemoveAsync).WithName("removeTemplate");
        var requirements = routes.MapGroup(Requirements).WithTags("Requirements");
        requirements.MapGet("/", (RequirementBook book) => new RuleFile(book.Text)).WithName("getRequirements");
        requirements.MapPut("/", SetAsync).WithName("setRequirements");
        requirements.MapGet("/check", Services).WithName("checkRequirements")
            .WithSummary("What each service lacks, as of its newest run that may end in a release.");
        routes.MapPost(Check, Checked).WithTags("Requirements").WithName("checkSpec")
            .WithSummary("What is wrong with a headway.yaml, its templates and requirements included. Changes nothing.");
    }

    private static async Task<IResult> AddAsync(RuleFile file, TemplateBook book, HttpContext http)
    {
        if (file.Text.Length > KnownTemplates.LimitInCharacters) return TooLong();
        var answer = await book.AddAsync(file.File ?? "template", file.Text, http.Actor(), http.RequestAborted);
        if (answer.Refusal is { } refusal)
            return Results.Problem(refusal.Says, statusCode: 409, title: $"Refused: {refusal.Rule}");
        return answer.Template is { } added
            ? Results.Created($"{Templates}/{added.Name}/{added.Version}", added with { Text = null }) : Wrong(answer.Problems);
    }

    private static async Task<IResult> RemoveAsync(
        string name, string version, TemplateBook book, HttpContext http, string? why = null) =>
        await book.RemoveAsync(name, version, why ?? "A person removed it.", http.Actor(), http.RequestAborted)
            ? Results.NoContent() : Unknown(name, version);

    private static async Task<IResult> SetAsync(RuleFile file, RequirementBook book, HttpContext http)
    {
        if (file.Text.Length > SpecReader.LimitInCharacters) return TooLong();
        var problems = await book.SetAsync(file.File ?? "requirements", file.Text, http.Actor(), http.RequestAborted);
        return problems.IsEmpty ? Results.Ok(new RuleFile(book.Text)) : Wrong(problems);
    }

    private static IEnumerable<ServiceCheck> Services(RunBook runs, SpecRules rules, string? service = null) =>
        runs.All.Where(run => run.Trigger?.MayRelease is not false)
            .GroupBy(run => run.Service).Where(group => service is null || group.Key == service)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.MaxBy(run => run.Number)!)
            .Select(run => new ServiceCheck(run.Service, run.Id, rules.MissingIn(run.Spec)));

    private static IResult Checked(RuleFile file, SpecRules rules)
    {
        if (file.Text.Length > SpecReader.LimitInCharacters) return TooLong();
        var reading = rules.Read(file.File ?? "headway.yaml", file.Text);
        ImmutableArray<MissingPart> missing = reading.Spec is { } spec ? rules.MissingIn(spec) : [];
        return Results.Ok(new SpecCheck(
            reading.Spec is not null && missing.All(each => each.RefusedFrom is not null), reading.Problems, missing,
            reading.Spec));
    }

    private static IResult Wrong(ImmutableArray<SpecProblem> problems) =>
        Results.Problem(string.Join('\n', problems), statusCode: 422, title: "Not right");

    private static IResult TooLong() =>
        Results.Problem("The text is longer than is read.", statusCode: 413, title: "Too long");

    private static IResult Unknown(string name, string version) => Results.Problem(
        $"There is no template {name}@{version}: GET {Templates} lists them.", statusCode: 404, title: "No such template");
}

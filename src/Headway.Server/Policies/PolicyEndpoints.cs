using System.Collections.Immutable;
using Headway.Core.Policies;
using Headway.Core.Releases;
using Headway.Server.Delivery;
using Headway.Server.Journal;
using Headway.Server.Pipelines;
using Headway.Server.Rollouts;
using Headway.Server.Sources;
using Headway.Server.Specs;
using Headway.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Policies;

/// <param name="Require">The condition.</param>
public sealed record PolicyView(
    string Name, string Says, PolicySeverity Severity, string Require, ApprovalPart Approval, string From, string? Off, PolicyScope Scope, int Exceptions,
    ImmutableArray<PolicyPoint> At, RegoRule? Rego);

/// <param name="Problems">Files that cannot be read; what they said before stays in force.</param>
public sealed record PoliciesView(ImmutableArray<PolicyView> Policies, ImmutableArray<SpecProblem> Problems);

/// <summary>What the policies say of a release now, with everything that they looked at.</summary>
public sealed record PolicyExplanation(string Release, string Environment, ImmutableArray<PolicyAnswer> Answers, PolicyInput Input);

/// <summary>A decision of before that a policy would have made otherwise.</summary>
public sealed record PolicyReplayed(string Service, string Environment, string Release, DateTimeOffset At, PolicyOutcome Outcome, string Says);

/// <param name="Text">A policy as its file would have it; null: the one of the name.</param>
public sealed record PolicyReplayAsk(string? Name, string? Text, DateTimeOffset? Since);

/// <param name="Asked">So many recorded decisions were asked about.</param>
public sealed record PolicyReplay(int Asked, ImmutableArray<PolicyReplayed> Stopped);

/// <summary>Policies as people and programs ask for them.</summary>
public static class PolicyEndpoints
{
    public const string Path = "/api/v1/policies";
    public const string Replay = $"{Path}/replay";
    private const int Page = 2000;

    public static IServiceCollection AddPolicies(this IServiceCollection services) => services
        .AddSingleton<PolicyFiles>().AddSingleton<PolicyInputs>().AddSingleton<PolicyDesk>()
        .AddSingleton<ApprovalPolicy>(s => s.GetRequiredService<PolicyDesk>().Approvals)
        .AddSingleton<PolicyRules>().AddSingleton<PolicyWatch>().AddHostedService(s => s.GetRequiredService<PolicyWatch>())
        // Asked for when they are asked: the desk itself looks at what runs have made.
        .AddSingleton<CommitPolicy>(s => (spec, commit, changed, stop) => s.GetRequiredService<PolicyDesk>().CommitAsync(spec, commit, changed, stop))
        .AddSingleton<ReleasePolicy>(s => (release, run, stop) => s.GetRequiredService<PolicyDesk>().ReleaseAsync(release, run, stop))
        .AddGate(s => s.GetRequiredService<PolicyDesk>().GateAsync);

    public static void MapPolicies(this IEndpointRouteBuilder app)
    {
        var policies = app.MapGroup(Path).WithTags("Policies");
        policies.MapGet("/", (PolicyFiles files) => new PoliciesView([.. files.All.Select(View)], files.Problems)).WithName("ListPolicies");
        policies.MapGet("/explain/{service}/{environment}", ExplainAsync).WithName("ExplainPolicies");
        policies.MapGet("/decisions/{service}/{environment}", async (string service, string environment, IEventStore store, CancellationToken stop) =>
            (await store.LoadAsync<PolicyEvent>($"policy/{service}/{environment}", stop)).Select(each => each.Event)
                .OfType<PolicyEvent.Decided>().Reverse().Take(100)).WithName("ListPolicyDecisions");
        policies.MapPost("/replay", ReplayAsync).WithName("ReplayPolicy");
    }

    private static PolicyView View(Policy policy) => new(policy.Name, policy.Says, policy.Severity, policy.Require.Text, policy.Approval,
        policy.From, policy.Off, policy.Scope, policy.Exceptions.Length, policy.At, policy.Rego);

    private static async Task<IResult> ExplainAsync(
        string service, string environment, Ledger ledger, PolicyDesk desk, WaitingReleases waiting, CancellationToken stop, string? release = null)
    {
        var found = release is not null ? ledger.Release(release)
            : waiting.Find(service, environment, null) ?? (ledger.Lane(service, environment).Current is { } current ? ledger.Release(current) : null);
        if (found is null || found.Service != service)
            return Results.Problem($"{service} has no release in or before {environment}.", statusCode: 404, title: "No release");
        var (input, answers) = await desk.AskAsync(found, environment, stop);
        return Results.Ok(new PolicyExplanation(found.Id, environment, answers, input));
    }

    private static async Task<IResult> ReplayAsync(PolicyReplayAsk ask, PolicyFiles files, IEventStore store, CancellationToken stop)
    {
        var policy = files.All.FirstOrDefault(each => each.Name == ask.Name);
        if (ask.Text is not null)
        {
            var (read, problems) = PolicyShape.Read($"policies/{ask.Name ?? "policy"}.yaml", ask.Text);
            if (read is null) return Results.Problem(string.Join('\n', problems), statusCode: 422, title: "Not a policy");
            policy = read;
        }
        if (policy is { Rego: not null }) return Results.Problem("Only policies in CEL are asked about the past.", statusCode: 422, title: "In Rego");
        if (policy is null) return Results.Problem($"There is no policy `{ask.Name}`. `headway policy list` shows them.", statusCode: 404, title: "No such policy");
        var (asked, stopped) = (0, ImmutableArray.CreateBuilder<PolicyReplayed>());
        for (var position = 0L; await store.ReadAllAsync(position, Page, stop) is { Length: > 0 } page; position = page[^1].Position)
            foreach (var stored in page.Where(each => each is { Type: "policy.decided", Payload: not null }))
            {
                var decided = (PolicyEvent.Decided)EventTypes.Known.Read(stored);
                var input = decided.Input;
                if (decided.At < ask.Since || !IsAskedThere(policy, decided.Point) || !policy.Scope.Holds(input)) continue;
                asked++;
                if (PolicyEngine.Decide(policy, input, PolicyEngine.Bind(input), decided.At) is { Outcome: not PolicyOutcome.Passed } answer)
                    stopped.Add(new(input.Service.Name, input.Environment.Name, decided.Release, decided.At, answer.Outcome, answer.Says));
            }
        return Results.Ok(new PolicyReplay(asked, stopped.ToImmutable()));
    }

    private static bool IsAskedThere(Policy policy, PolicyPoint point) =>
        policy.IsAskedAt(point) || (point is PolicyPoint.Promotion && policy.IsAskedAt(PolicyPoint.Plan));
}

using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Text.Json;
using Headway.Core.Policies;
using Headway.Server.Connections;

namespace Headway.Server.Policies;

/// <summary>Asks the policies in force: those in CEL here, those in Rego of the agent that they name.</summary>
public sealed class PolicyRules(PolicyFiles files, KnownConnections connections, OutsideHttp http)
{
    public ImmutableArray<Policy> All => files.All;

    /// <summary>An agent that does not answer lets nothing through, unless its policy only warns.</summary>
    public async Task<ImmutableArray<PolicyAnswer>> DecideAsync(
        ImmutableArray<Policy> policies, PolicyInput input, DateTimeOffset now, CancellationToken stop)
    {
        var here = PolicyEngine.Decide(policies.Where(policy => policy.Rego is null), input, now);
        var outside = PolicyEngine.About(policies.Where(policy => policy.Rego is not null), input).ToList();
        if (outside.Count == 0) return here;
        var answers = await Task.WhenAll(outside.Select(policy => AskAsync(policy, input, now, stop)));
        return [.. here.Concat(answers).OrderBy(answer => answer.Policy, StringComparer.Ordinal)];
    }

    private async Task<PolicyAnswer> AskAsync(Policy policy, PolicyInput input, DateTimeOffset now, CancellationToken stop)
    {
        var (holds, says) = await ReadAsync(policy.Rego!, input, stop);
        if (holds is null) return PolicyEngine.Answer(policy, input, now, null, $"`{policy.Rego!.Path}` could not be answered by `{policy.Rego.Connection}`: {says}");
        return PolicyEngine.Answer(policy, input, now, holds, says.Length > 0 ? says : policy.Message ?? policy.Says);
    }

    private async Task<(bool? Holds, string Says)> ReadAsync(RegoRule rule, PolicyInput input, CancellationToken stop)
    {
        if (connections.Find(rule.Connection) is not { Kind: ConnectionKind.Opa } agent)
            return (null, $"there is no connection of that name (`headway connections add {rule.Connection} --kind opa --url http://...`)");
        var path = string.Join('/', rule.Path.Split('/').Select(Uri.EscapeDataString));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{agent.Url.TrimEnd('/')}/v1/data/{path}")
        {
            Content = JsonContent.Create(new { input }, options: PolicyFields.Json),
        };
        var answer = await http.AskAsync(request, agent, stop);
        if (answer.Problem is { } problem) return (null, problem);
        if (answer.Status is not 200) return (null, $"it answered {answer.Status}: {answer.Begins}");
        try
        {
            return RegoRule.Read(JsonDocument.Parse(answer.Body).RootElement);
        }
        catch (JsonException)
        {
            return (null, $"its answer is no JSON: {answer.Begins}");
        }
    }
}

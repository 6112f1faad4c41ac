using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Headway.Core.Conditions;

namespace Headway.Core.Policies;

/// <summary>Evaluates policies. What throws, is missing or takes too long blocks, unless the policy only warns.</summary>
public static partial class PolicyEngine
{
    /// <summary>Variables of the input, made once for all policies.</summary>
    public static ImmutableDictionary<string, ConditionValue> Bind(PolicyInput input) => Bind(JsonSerializer.SerializeToElement(input, PolicyFields.Json));

    /// <summary>The same from an input that was recorded.</summary>
    public static ImmutableDictionary<string, ConditionValue> Bind(JsonElement input) =>
        ConditionJson.Variables(ConditionJson.Of(input, JsonNumbers.AsWritten));

    /// <summary>Of those that are written as conditions; what another engine says of the others is joined by <see cref="Answer"/>.</summary>
    public static ImmutableArray<PolicyAnswer> Decide(IEnumerable<Policy> policies, PolicyInput input, DateTimeOffset now)
    {
        var bound = Bind(input);
        return [.. About(policies, input).Select(policy => Decide(policy, input, bound, now)).OfType<PolicyAnswer>()];
    }

    /// <summary>Those that are in force and about such a release.</summary>
    public static IEnumerable<Policy> About(IEnumerable<Policy> policies, PolicyInput input) =>
        policies.Where(policy => policy.Off is null && policy.Scope.Holds(input));

    /// <summary>Null where a waiver does not hold, or a demand for an approval: it asks for nothing.</summary>
    public static PolicyAnswer? Decide(
        Policy policy, PolicyInput input, IReadOnlyDictionary<string, ConditionValue> bound, DateTimeOffset now)
    {
        var result = policy.Require.Evaluate(bound);
        if (policy.Approval is not ApprovalPart.None)
            return !result.Holds ? null : policy.Approval is ApprovalPart.Waived ? new(policy.Name, PolicyOutcome.Waived, policy.Says)
                : Exception(policy, input, now) ?? new(policy.Name, PolicyOutcome.Approval, Message(policy, bound));
        if (result.Value is ConditionValue.Bool) return Answer(policy, input, now, result.Holds, result.Holds ? policy.Says : Message(policy, bound));
        return Answer(policy, input, now, null, $"`{policy.Require.Text}` could not be answered: {result.Error?.Says ?? "it is no condition"}");
    }

    /// <param name="holds">Null when there is no answer, which lets nothing through.</param>
    public static PolicyAnswer Answer(Policy policy, PolicyInput input, DateTimeOffset now, bool? holds, string says)
    {
        if (holds is true) return new(policy.Name, PolicyOutcome.Passed, policy.Says);
        if (Exception(policy, input, now) is { } excepted) return excepted;
        var warns = policy.Severity is PolicySeverity.Warn || (policy.Severity is PolicySeverity.BlockCritical && input.Service.Tier != "critical");
        return new(policy.Name, warns ? PolicyOutcome.Warned : holds is null ? PolicyOutcome.Failed : PolicyOutcome.Blocked, says);
    }

    private static PolicyAnswer? Exception(Policy policy, PolicyInput input, DateTimeOffset now) =>
        policy.Exceptions.FirstOrDefault(each => each.Holds(input, now)) is { } exception
            ? new(policy.Name, PolicyOutcome.Excepted, $"Let past until {exception.Until:yyyy-MM-dd HH:mm} UTC: {exception.Why}") : null;

    private static string Message(Policy policy, IReadOnlyDictionary<string, ConditionValue> bound) => policy.Message is null ? policy.Says
        : Holes().Replace(policy.Message, hole => Condition.Parse(hole.Groups[1].Value).Condition?.Evaluate(bound).Value switch
        {
            ConditionValue.Text text => text.Characters,
            { } value => ConditionJson.Write(value).Json?.ToJsonString() ?? "null",
            null => hole.Value,
        });

    [GeneratedRegex(@"\$\{([^}]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Holes();
}

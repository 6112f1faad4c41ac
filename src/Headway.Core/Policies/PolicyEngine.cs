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

    public static ImmutableArray<PolicyAnswer> Decide(IEnumerable<Policy> policies, PolicyInput input, DateTimeOffset now)
    {
        var bound = Bind(input);
        return [.. policies.Where(policy => policy.Off is null && policy.Scope.Holds(input)).Select(policy => Decide(policy, input, bound, now)).OfType<PolicyAnswer>()];
    }

    /// <summary>Null where a waiver does not hold: it asks for nothing.</summary>
    public static PolicyAnswer? Decide(
        Policy policy, PolicyInput input, IReadOnlyDictionary<string, ConditionValue> bound, DateTimeOffset now)
    {
        var result = policy.Require.Evaluate(bound);
        if (policy.Waives) return result.Holds ? new(policy.Name, PolicyOutcome.Waived, policy.Says) : null;
        if (result.Holds) return new(policy.Name, PolicyOutcome.Passed, policy.Says);
        if (policy.Exceptions.FirstOrDefault(each => each.Holds(input, now)) is { } exception)
            return new(policy.Name, PolicyOutcome.Excepted, $"Let past until {exception.Until:yyyy-MM-dd HH:mm} UTC: {exception.Why}");
        var warns = policy.Severity is PolicySeverity.Warn || (policy.Severity is PolicySeverity.BlockCritical && input.Service.Tier != "critical");
        if (result.Value is not ConditionValue.Bool)
            return new(policy.Name, warns ? PolicyOutcome.Warned : PolicyOutcome.Failed,
                $"`{policy.Require.Text}` could not be answered: {result.Error?.Says ?? "it is no condition"}");
        return new(policy.Name, warns ? PolicyOutcome.Warned : PolicyOutcome.Blocked, Message(policy, bound));
    }

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

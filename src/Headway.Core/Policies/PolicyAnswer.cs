using System.Text.Json.Serialization;

namespace Headway.Core.Policies;

/// <summary>What a policy says of a release in an environment.</summary>
/// <param name="Says">One sentence.</param>
public sealed record PolicyAnswer(string Policy, PolicyOutcome Outcome, string Says)
{
    [JsonIgnore]
    public bool Blocks => Outcome is PolicyOutcome.Blocked or PolicyOutcome.Failed;
}

[JsonConverter(typeof(JsonStringEnumConverter<PolicyOutcome>))]
public enum PolicyOutcome
{
    Passed, Warned, Blocked,
    /// <summary>It would not have passed, and an exception holds.</summary>
    Excepted,
    /// <summary>It could not be evaluated, which lets nothing through.</summary>
    Failed,
    /// <summary>Where it holds no approval is needed.</summary>
    Waived,
    /// <summary>Where it holds somebody has to approve.</summary>
    Approval,
}

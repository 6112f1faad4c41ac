using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Headway.Core.Access;
using Headway.Core.Conditions;

namespace Headway.Core.Policies;

/// <summary>A rule about releases, written as a condition.</summary>
/// <param name="Says">One sentence for people: what it asks for.</param>
/// <param name="Require">Must hold.</param>
/// <param name="Message">Said when it does not: text with conditions in `${...}`; null: what it says.</param>
public sealed record Policy(
    string Name, string Says, PolicyScope Scope, PolicySeverity Severity, Condition Require, string? Message)
{
    public ImmutableArray<PolicyException> Exceptions { get; init; } = [];

    /// <summary>What it says of approvals where it holds, instead of asking for something.</summary>
    public ApprovalPart Approval { get; init; }

    /// <summary>A rule of another engine in place of the condition; null: none.</summary>
    public RegoRule? Rego { get; init; }

    /// <summary>Where it is asked.</summary>
    public ImmutableArray<PolicyPoint> At { get; init; } = [PolicyPoint.Promotion];

    /// <summary>Why it is switched off; null when it is in force.</summary>
    public string? Off { get; init; }

    /// <summary>Where it is written: a path of the state repo, or `built in`.</summary>
    public string From { get; init; } = BuiltIn;

    public const string BuiltIn = "built in";

    public bool IsAskedAt(params ReadOnlySpan<PolicyPoint> points)
    {
        foreach (var point in points)
            if (At.Contains(point)) return true;
        return false;
    }
}

public enum ApprovalPart
{
    None,
    /// <summary>No approval is needed.</summary>
    Waived,
    /// <summary>Somebody has to approve, whatever the environment asks for.</summary>
    Required,
}

/// <summary>Whom it is about; what is empty means all.</summary>
/// <param name="Tiers">critical, standard, low.</param>
public sealed record PolicyScope(
    ImmutableArray<string> Services, ImmutableArray<string> Environments, ImmutableArray<string> Tiers, ImmutableArray<string> Owners)
{
    public static readonly PolicyScope Everything = new([], [], [], []);

    public bool Holds(PolicyInput input) =>
        Any(Services, input.Service.Name) && Any(Environments, input.Environment.Name)
            && Any(Tiers, input.Service.Tier) && Any(Owners, input.Service.Owner ?? "");

    private static bool Any(ImmutableArray<string> patterns, string name) =>
        patterns.IsDefaultOrEmpty || patterns.Any(pattern => Grant.Matches(pattern, name));
}

[JsonConverter(typeof(JsonStringEnumConverter<PolicySeverity>))]
public enum PolicySeverity
{
    /// <summary>The release waits until it holds.</summary>
    Block,
    /// <summary>It is said and recorded, and nothing waits.</summary>
    Warn,
    /// <summary>Critical services wait, others are told.</summary>
    BlockCritical,
}

/// <summary>Somebody is let past a policy for a while.</summary>
public sealed record PolicyException(PolicyScope Scope, string? Release, string Why, DateTimeOffset Until)
{
    public bool Holds(PolicyInput input, DateTimeOffset now) =>
        now < Until && (Release is null || Release == input.Release.Id) && Scope.Holds(input);
}

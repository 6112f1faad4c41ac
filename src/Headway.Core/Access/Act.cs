using System.Text.Json.Serialization;

namespace Headway.Core.Access;

/// <summary>What somebody may do. Each needs a role that includes it, for the service and environment that it is about.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Act>))]
public enum Act
{
    /// <summary>See what there is.</summary>
    Look,
    /// <summary>Start runs, promote, pause, resume, abort.</summary>
    Deploy,
    /// <summary>Go back to an earlier release, and hold.</summary>
    RollBack,
    /// <summary>Approve a release that waits for approval.</summary>
    Approve,
    /// <summary>Change configuration and desired state.</summary>
    Configure,
    /// <summary>Freeze and lift freezes.</summary>
    Freeze,
    /// <summary>Pass gates in an emergency, with a reason, recorded loudly.</summary>
    BreakGlass,
    /// <summary>Policies, people, tokens, secrets, everything.</summary>
    Administer,
}

public static class Acts
{
    public static string Verb(Act act) => act switch
    {
        Act.Look => "look at",
        Act.Deploy => "deploy",
        Act.RollBack => "roll back",
        Act.Approve => "approve",
        Act.Configure => "configure",
        Act.Freeze => "freeze",
        Act.BreakGlass => "break glass for",
        _ => "administer",
    };
}

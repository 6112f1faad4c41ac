using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Headway.Core.Access;

/// <summary>What is granted to people, groups and machines.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Role>))]
public enum Role
{
    /// <summary>Looks.</summary>
    Viewer,
    /// <summary>Deploys, goes back, configures.</summary>
    Deployer,
    /// <summary>Approves, and looks; deploys nothing, so that duties can be kept apart.</summary>
    Approver,
    /// <summary>On call: goes back, freezes, breaks glass, deploys.</summary>
    Operator,
    /// <summary>Everything.</summary>
    Admin,
}

public static class Roles
{
    private static readonly ImmutableDictionary<Role, ImmutableArray<Act>> Allowed = new Dictionary<Role, ImmutableArray<Act>>
    {
        [Role.Viewer] = [Act.Look],
        [Role.Deployer] = [Act.Look, Act.Deploy, Act.RollBack, Act.Configure],
        [Role.Approver] = [Act.Look, Act.Approve],
        [Role.Operator] = [Act.Look, Act.Deploy, Act.RollBack, Act.Configure, Act.Freeze, Act.BreakGlass],
        [Role.Admin] = [.. Enum.GetValues<Act>()],
    }.ToImmutableDictionary();

    public static bool Include(Role role, Act act) => Allowed[role].Contains(act);

    /// <summary>The roles that include an act, the least first.</summary>
    public static IEnumerable<Role> That(Act act) => Enum.GetValues<Role>().Where(role => Include(role, act));
}

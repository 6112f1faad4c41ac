namespace Headway.Core.Access;

/// <summary>A role for services and environments by name; `*` is any, and `shop-*` are those that begin so.</summary>
public sealed record Grant(Role Role, string Services, string Environments)
{
    public const string Any = "*";

    public static readonly Grant Everything = new(Role.Admin, Any, Any);

    /// <param name="service">`*` asks about what is not of one service, which only a grant for all of them allows.</param>
    public bool Allows(Act act, string service, string environment) =>
        Roles.Include(Role, act) && Matches(Services, service) && Matches(Environments, environment);

    public override string ToString()
    {
        var role = Role.ToString().ToLowerInvariant();
        return (Services, Environments) is (Any, Any) ? role : $"{role} of {Services}/{Environments}";
    }

    /// <summary>Whether a name is meant by `*`, by itself, or by its beginning and `*`.</summary>
    public static bool Matches(string pattern, string name) => pattern == Any || pattern == name
        || (pattern.EndsWith('*') && name != Any && name.StartsWith(pattern[..^1], StringComparison.Ordinal));
}

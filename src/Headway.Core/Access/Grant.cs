namespace Headway.Core.Access;

/// <summary>A role for services and environments by name; `*` is any, and `shop-*` are those that begin so.</summary>
public sealed record Grant(Role Role, string Services, string Environments)
{
    public const string Any = "*";

    public static readonly Grant Everything = new(Role.Admin, Any, Any);

    /// <param name="service">`*` asks about what is not of one service, which only a grant for all of them allows.</param>
    public bool Allows(Act act, string service, string environment) =>
        Roles.Include(Role, act) && Matches(Services, service) && Matches(Environments, environment);

    /// <summary>`ROLE`, or `ROLE:SERVICES` or `ROLE:SERVICES/ENVIRONMENTS`; null when it is none of these.</summary>
    public static Grant? Parse(string text)
    {
        var (word, rest) = text.Split(':', 2) is [var role, var about] ? (role, about) : (text, Any);
        if (!Enum.TryParse<Role>(word, ignoreCase: true, out var read) || !Enum.IsDefined(read) || char.IsDigit(word[0])) return null;
        var (services, environments) = rest.Split('/', 2) is [var first, var second] ? (first, second) : (rest, Any);
        return services.Length is 0 or > 100 || environments.Length is 0 or > 100 ? null : new(read, services, environments);
    }

    public override string ToString()
    {
        var role = Role.ToString().ToLowerInvariant();
        return (Services, Environments) is (Any, Any) ? role : $"{role} of {Services}/{Environments}";
    }

    /// <summary>Whether a name is meant by `*`, by itself, or by its beginning and `*`.</summary>
    public static bool Matches(string pattern, string name) => pattern == Any || pattern == name
        || (pattern.EndsWith('*') && name != Any && name.StartsWith(pattern[..^1], StringComparison.Ordinal));
}

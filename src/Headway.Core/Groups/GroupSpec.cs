using System.Collections.Immutable;

namespace Headway.Core.Groups;

/// <summary>Services that are released together: `groups/NAME.yaml` of the state repo.</summary>
/// <param name="Services">As they are written.</param>
/// <param name="Environments">Where they are released together; everywhere else each goes alone.</param>
public sealed record GroupSpec(string Name, ImmutableArray<string> Services, ImmutableArray<string> Environments);

/// <summary>In which order the services of a group come: what others depend on first, else as they are written.</summary>
public static class GroupOrder
{
    /// <param name="dependsOn">What a service depends on; others than members do not matter.</param>
    /// <returns>The order, or the services that depend on each other in a circle.</returns>
    public static (ImmutableArray<string> Order, ImmutableArray<string> Circle) Of(ImmutableArray<string> services, Func<string, ImmutableArray<string>> dependsOn)
    {
        var (order, left) = (ImmutableArray.CreateBuilder<string>(), services.ToList());
        while (left.Count > 0)
        {
            if (left.Find(each => !dependsOn(each).Any(other => other != each && left.Contains(other))) is not { } next)
                return ([], [.. left.Where(each => dependsOn(each).Any(left.Contains))]);
            order.Add(next);
            left.Remove(next);
        }
        return (order.ToImmutable(), []);
    }
}

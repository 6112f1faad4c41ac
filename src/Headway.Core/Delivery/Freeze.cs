using System.Collections.Immutable;
using Headway.Core.Access;

namespace Headway.Core.Delivery;

/// <summary>A time in which nothing new comes into an environment; going back is always open.</summary>
/// <param name="Environments">Names or patterns such as `prod*`; empty: all.</param>
/// <param name="Services">The same.</param>
public sealed record Freeze(
    string Name, DateTimeOffset From, DateTimeOffset Until, ImmutableArray<string> Environments, ImmutableArray<string> Services, string Why)
{
    public bool Holds(string service, string environment, DateTimeOffset now) =>
        now >= From && now < Until && Names(Services, service) && Names(Environments, environment);

    private static bool Names(ImmutableArray<string> patterns, string name) =>
        patterns.IsDefaultOrEmpty || patterns.Any(pattern => Grant.Matches(pattern, name));
}

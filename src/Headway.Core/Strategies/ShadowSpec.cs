using Headway.Core.Evidence.Answers;

namespace Headway.Core.Strategies;

/// <summary>`shadow:` of an environment: copies of requests come before users do, whatever the strategy after it is.</summary>
/// <param name="Share">Of the requests that may be copied, above 0 and at most 1.</param>
/// <param name="For">At least so long.</param>
/// <param name="Requests">Answers that must have been compared in any case.</param>
public sealed record ShadowSpec(double Share, TimeSpan For, int Requests, MirrorRules Rules)
{
    public static readonly ShadowSpec Default = new(0.1, TimeSpan.FromMinutes(1), 100, MirrorRules.Default);
}

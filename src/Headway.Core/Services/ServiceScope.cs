using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Releases;

namespace Headway.Core.Services;

/// <summary>Which part of a repository a service is built from, where several live in one.</summary>
public static class ServiceScope
{
    /// <summary>Empty: every commit is the service's.</summary>
    /// <param name="specPath">Of headway.yaml in the repository.</param>
    public static ImmutableArray<string> Of(string specPath, ServiceSpec spec)
    {
        var slash = specPath.LastIndexOf('/');
        ImmutableArray<string> written = spec.Paths.IsDefault ? [] : spec.Paths;
        if (slash >= 0) return [$"{specPath[..slash]}/**", .. written];
        return written.IsEmpty ? [] : [.. written, specPath];
    }

    /// <summary>Why a commit is not built, or null when it is.</summary>
    /// <param name="changed">Since the last commit that was carried; null: not known.</param>
    public static string? WhyUntouched(
        string specPath, ServiceSpec spec, ImmutableArray<string>? changed, Commit commit)
    {
        var scope = Of(specPath, spec);
        if (scope.IsEmpty || changed is not { } paths) return null;
        return paths.Any(path => PathPattern.AnyMatches(scope, path)) ? null
            : $"Commit {commit.Short} does not touch {JobTurn.Listed([.. scope.Select(Shown)])}: nothing to build.";
    }

    private static string Shown(string pattern) =>
        pattern.EndsWith("/**", StringComparison.Ordinal) ? pattern[..^2] : pattern;
}

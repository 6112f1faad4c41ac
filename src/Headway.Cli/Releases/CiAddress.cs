namespace Headway.Cli.Releases;

/// <summary>Where this build runs, as the CI systems tell their jobs.</summary>
internal static class CiAddress
{
    public static string? Find(Func<string, string?> variable)
    {
        if (variable("GITHUB_RUN_ID") is { } run && variable("GITHUB_REPOSITORY") is { } repository)
            return $"{variable("GITHUB_SERVER_URL") ?? "https://github.com"}/{repository}/actions/runs/{run}";
        return variable("CI_JOB_URL") ?? variable("BUILDKITE_BUILD_URL") ?? variable("CIRCLE_BUILD_URL")
            ?? variable("CI_PIPELINE_URL") ?? variable("BUILD_URL");
    }
}

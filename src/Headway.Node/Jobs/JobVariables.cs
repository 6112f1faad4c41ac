using Headway.Core.Nodes;

namespace Headway.Node.Jobs;

/// <summary>The whole environment of a job: nothing is inherited from the runner but the way out.</summary>
internal static class JobVariables
{
    /// <summary>How this machine gets out, for jobs that may: proxies and the authorities that it trusts.</summary>
    private static readonly string[] WayOut =
    [
        "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO", "CURL_CA_BUNDLE", "NUGET_CERT_REVOCATION_MODE",
    ];

    public static SortedDictionary<string, string> Of(JobOrder order, string home, string temporary, Tools tools)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["CI"] = "true",
            ["HEADWAY_COMMIT"] = order.Commit,
            ["HEADWAY_JOB"] = order.Job,
            ["HEADWAY_SERVICE"] = order.Service,
            ["HOME"] = home,
            ["LANG"] = "C.UTF-8",
            ["PATH"] = tools.SearchPath,
            ["SHELL"] = "/bin/sh",
            ["TERM"] = "dumb",
            ["TMPDIR"] = temporary,
            ["USER"] = "job",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false",
            ["DOTNET_NOLOGO"] = "1",
            // Servers that the SDK starts to be faster next time die with the job, so starting them only costs.
            ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["UseSharedCompilation"] = "false",
            ["npm_config_update_notifier"] = "false",
            ["npm_config_fund"] = "false",
        };
        if (order.Shard is { } shard)
            foreach (var (name, value) in ShardFiles.Variables(shard, temporary)) variables[name] = value;
        if (order.Network)
            foreach (var name in WayOut)
                if (Environment.GetEnvironmentVariable(name) is { } value) variables[name] = value;
        if (tools.DotnetRoot is { } root) variables["DOTNET_ROOT"] = root;
        foreach (var (name, value) in order.Variables) variables[name] = value;
        return variables;
    }
}

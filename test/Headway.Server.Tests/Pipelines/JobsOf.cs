using Headway.Core.Pipelines;
using Headway.Core.Services;
using Headway.Server.Specs;
using Headway.Server.Tests.Sources;

namespace Headway.Server.Tests.Pipelines;

/// <summary>A repository with jobs, carried by a real server and real runners.</summary>
internal static class JobsOf
{
    /// <param name="build">Lines under `build:`, each job indented by two; the first needs `artifact: headway.yaml`.</param>
    public static GitRepository Repository(string build, string service = "shop", params (string Path, string Text)[] files)
    {
        var repository = new GitRepository().Write("headway.yaml", Yaml(build, service));
        foreach (var (path, text) in files) repository.Write(path, text);
        repository.Commit("First");
        return repository;
    }

    public static string Yaml(string build, string service = "shop") =>
        $"service: {service}\nbuild:\n{build}\nrun: {{ command: ./x }}\nrelease: {{ production: {{}} }}\n";

    public static async Task<RunState> EndedAsync(this PipelineServer server, GitRepository repository, string run = "shop-1")
    {
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        return await server.EndedAsync(run);
    }

    public static Task<string> LogAsync(this PipelineServer server, string job, string query = "", string run = "shop-1") =>
        server.Http.GetStringAsync($"api/v1/runs/{run}/jobs/{job}/log{query}");
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Headway.Core.Pipelines;
using Headway.Server.Tests.Pipelines;
using Headway.Server.Tests.Scans;
using Xunit;

namespace Headway.Server.Tests.Access;

/// <summary>A runner's token is good for the jobs that this runner carries, on a whole server with a real runner.</summary>
public sealed class RunnerTokenTests
{
    [Fact]
    public async Task The_token_of_another_node_is_given_nothing_of_a_job_and_is_not_believed_about_it()
    {
        using var repository = JobsOf.Repository("  package: { artifact: headway.yaml, run: \"echo begun; sleep 600\" }");
        await using var server = await GateServer.StartAsync();
        await server.CarryAsync(repository.Folder);
        await server.UntilAsync("shop-1", run => run.Job("package") is { Phase: JobPhase.Running, Runner: "r" });

        using var own = await ClientAsync(server, "r");
        using var other = await ClientAsync(server, "r2");
        foreach (var path in new[] { "secrets", "source", "contracts" })
        {
            Assert.Equal(HttpStatusCode.OK, (await own.GetAsync($"node/v1/jobs/shop-1/package/{path}")).StatusCode);
            Assert.Equal(HttpStatusCode.Gone, (await other.GetAsync($"node/v1/jobs/shop-1/package/{path}")).StatusCode);
        }
        Assert.Equal(HttpStatusCode.Gone, (await other.PutAsync("node/v1/jobs/shop-1/package/artifact", new StringContent("evil"))).StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await other.PostAsync("node/v1/jobs/shop-1/package/log?offset=0", new StringContent("evil"))).StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await other.PostAsJsonAsync("node/v1/jobs/shop-1/package/end",
            new { job = "shop-1/package", outcome = "Failed", says = "evil" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.PostAsync("node/v1/runners/r/claim", null)).StatusCode);
    }

    private static async Task<HttpClient> ClientAsync(GateServer server, string node)
    {
        var made = await server.Http.PostAsJsonAsync("api/v1/tokens", new { name = node, scope = "node", node });
        var secret = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("secret").GetString();
        return new() { BaseAddress = server.Http.BaseAddress, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", secret) } };
    }
}

using System.Text.Json;
using Headway.Core;
using Headway.Core.Pacts;
using Headway.Core.Waiting;
using Headway.Server.Pacts;
using Headway.Server.Tests.Scans;
using Headway.Server.Tests.Sources;
using Xunit;

namespace Headway.Server.Tests.Pacts;

/// <summary>A consumer whose job publishes a Pact file, and a provider: the server knows what each expects of the other.</summary>
public sealed class ContractPathTests
{
    [Fact]
    public async Task A_consumers_contract_is_handed_to_its_provider_and_only_what_was_verified_can_be_deployed()
    {
        using var front = Service("front", ", contracts: \"pacts/*.json\"").Write("pacts/front-api.json", """
            { "consumer": { "name": "Front" }, "provider": { "name": "API" }, "interactions": [ {
              "description": "an item", "request": { "method": "GET", "path": "/items/1" }, "response": { "status": 200, "body": { "id": 1 } } } ] }
            """);
        front.Commit("Front");
        using var api = Service("api", "");
        api.Commit("API");
        await using var server = await GateServer.StartAsync();
        await server.CarryAsync(front.Folder);
        await server.EndedAsync("front-1");
        await server.CarryAsync(api.Folder);
        var release = (await server.EndedAsync("api-1")).Release!.Id;

        var pact = Assert.Single(await server.GetAsync<PactToVerify[]>("api/v1/contracts/api/consumers"));
        Assert.Equal(("front", true), (pact.Consumer, pact.IsPending));
        var verification = new Verification(Verification.Form,
            [new("front", pact.Version, pact.Digest, true, null, [new("an item", ["$.id: expected 1, was not there"])])]);
        using var added = await server.SendAsync($"api/v1/contracts/api/results?release={release}&path=v.json", JsonSerializer.Serialize(verification, Wire.Json));
        Assert.True(added.IsSuccessStatusCode, await added.Content.ReadAsStringAsync());
        var answer = await server.GetAsync<CanDeploy>($"api/v1/contracts/api/can-i-deploy?to=production");
        // The consumer runs nowhere yet, so its provider may go.
        Assert.False(answer.Decision.Blocks);
        using var junk = await server.SendAsync($"api/v1/contracts/api/results?release={release}&path=v.json", "{}");
        Assert.Equal(422, (int)junk.StatusCode);
    }

    [Fact]
    public async Task A_provider_that_breaks_a_consumer_that_runs_is_kept_out_until_it_does_not_and_why_names_the_consumer()
    {
        using var front = Service("front", ", contracts: \"pacts/*.json\"").Write("pacts/front-api.json", """
            { "consumer": { "name": "Front" }, "provider": { "name": "API" }, "interactions": [] }
            """);
        front.Commit("Front");
        using var api = Service("api", "");
        api.Commit("API");
        await using var server = await GateServer.StartAsync();
        await server.CarryAsync(front.Folder);
        var consumer = (await server.EndedAsync("front-1")).Release!.Id;
        await server.RunsAsync("front", consumer);
        await server.CarryAsync(api.Folder);
        var release = (await server.EndedAsync("api-1")).Release!.Id;

        var closed = await server.WaitsAsync("api", wait => wait.Kind is WaitKind.Gate);
        Assert.Contains($"{release} was never verified against what {consumer} expects", closed.Says);
        var pact = Assert.Single(await server.GetAsync<PactToVerify[]>("api/v1/contracts/api/consumers"));
        Assert.Equal(["production"], pact.Environments);
        await VerifiedAsync(server, release, pact, "$.id: expected 1, was not there");
        closed = await server.WaitsAsync("api", wait => wait.Says.Contains("breaks", StringComparison.Ordinal));
        Assert.Contains($"{release} breaks {consumer}: front, `an item`: $.id: expected 1", closed.Says);
        Assert.Contains("can-i-deploy api", closed.Unblocks);

        // What cannot be read decides nothing, also when it came from a job: a hole in it is no way past the gate or into it.
        foreach (var hole in new[] { """{"headwayVerification":1}""", """{"headwayVerification":1,"pacts":[null]}""" })
        {
            using var junk = await server.SendAsync($"api/v1/contracts/api/results?release={release}&path=v.json", hole);
            Assert.Equal(422, (int)junk.StatusCode);
        }
        await VerifiedAsync(server, release, pact);
        Assert.NotEqual(WaitKind.Gate, (await server.WaitsAsync("api", wait => wait.Kind is not WaitKind.Gate)).Kind);
    }

    private static async Task VerifiedAsync(GateServer server, string release, PactToVerify pact, params string[] problems)
    {
        var verification = new Verification(Verification.Form,
            [new("front", pact.Version, pact.Digest, false, null, [new("an item", [.. problems])])]);
        using var added = await server.SendAsync(
            $"api/v1/contracts/api/results?release={release}&path=v.json", JsonSerializer.Serialize(verification, Wire.Json));
        Assert.True(added.IsSuccessStatusCode, await added.Content.ReadAsStringAsync());
    }

    private static GitRepository Service(string name, string more) => new GitRepository().Write("headway.yaml", $$"""
        service: {{name}}
        build:
          package: { run: "mkdir -p out && touch out/x", artifact: out{{more}} }
        run: { command: ./out/serve }
        release:
          production: {}
        """);
}

using System.Collections.Immutable;
using Headway.Core.Environments;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Server.Storage;
using Xunit;

namespace Headway.Server.Tests.Registry;

/// <summary>A release on the record that runs in production.</summary>
internal static class LaneScene
{
    private const string Id = "shop-1-aaaaaa1";

    /// <param name="server">Once it has read the record this far it is returned to.</param>
    /// <param name="digest">Of the artifact.</param>
    public static async Task PromotedAsync(RegistryServer server, string digest)
    {
        var environment = new EnvironmentSpec("production", [], null, 1000, OnInconclusive.Ask, TimeSpan.Zero, 0, null,
            null, ImmutableSortedDictionary<string, string>.Empty);
        var spec = new ServiceSpec("shop", [], new("serve"), new(0.999, null, null, null), [environment]);
        var commit = new Commit(new string('a', 40), "Sell", "somebody", server.Time.GetUtcNow());
        var release = new Release(Id, "shop", 1, commit, digest, null, spec, server.Time.GetUtcNow());
        await server.Events.AppendAsync(
        [
            EventStreams.Write<RunEvent>("run/shop-1", 0, "test",
            [
                new RunEvent.Started("shop-1", "shop", 1, commit, spec),
                new RunEvent.Finished(RunOutcome.Succeeded, "Every job succeeded.", release),
            ]),
            EventStreams.Write<LaneEvent>("lane/shop/production", 0, "test",
            [
                new LaneEvent.PromotionDecided(Id, 1, "It passed."), new LaneEvent.RolloutOpened("r1", null, Id),
                new LaneEvent.RolloutClosed("r1", RolloutEnd.Completed, Id),
            ]),
        ], default);
        for (var deadline = DateTime.UtcNow.AddSeconds(120); server.Ledger.Lane("shop", "production").Current != Id;)
        {
            Assert.True(DateTime.UtcNow < deadline, "The record was not read.");
            await server.Client.GetStringAsync("/v2/");
        }
    }
}

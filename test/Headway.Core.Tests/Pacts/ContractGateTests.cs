using System.Collections.Immutable;
using Headway.Core.Pacts;
using Xunit;

namespace Headway.Core.Tests.Pacts;

public sealed class ContractGateTests
{
    private static readonly ContractSide Front = new("shop-front", "shop-front-4", [new("Shop API", "sha256:a")], []);

    /// <summary>Other services than the one that wrote the file decide on what it says.</summary>
    [Theory]
    [InlineData("""{ "status": "200" }""")]
    [InlineData("""{ "status": 200, "matchingRules": { "body": { "$.a": { "matchers": [ 7 ] } } } }""")]
    [InlineData("""{ "status": 200, "matchingRules": { "status": { "matchers": [ { "match": "statusCode", "status": [ "ok" ] } ] } } }""")]
    public void A_contract_with_a_part_of_another_kind_is_unreadable_and_no_more(string response) =>
        Assert.Throws<PactUnreadableException>(() => PactReader.Read(System.Text.Encoding.UTF8.GetBytes($$"""
            { "consumer": { "name": "a" }, "provider": { "name": "b" }, "interactions": [ { "description": "x", "request": {}, "response": {{response}} } ] }
            """)));

    [Theory]
    [InlineData("""{ "headwayVerification": 1 }""")]
    [InlineData("""{ "headwayVerification": 1, "pacts": [ null ] }""")]
    [InlineData("""{ "headwayVerification": 1, "pacts": [ { "consumer": "a", "version": "1", "digest": "d" } ] }""")]
    [InlineData("""{ "headwayVerification": 1, "pacts": [ { "consumer": "a", "version": "1", "digest": "d", "interactions": [ null ] } ] }""")]
    [InlineData("""{ "headwayVerification": 1, "pacts": [ { "consumer": "a", "version": "1", "digest": "d", "interactions": [ { "name": "x" } ] } ] }""")]
    [InlineData("""{ "headwayVerification": 2, "pacts": [] }""")]
    public void A_verification_with_holes_is_none(string file)
    {
        using var document = System.Text.Json.JsonDocument.Parse(file);
        Assert.Null(Verification.Read(document.RootElement));
    }

    [Fact]
    public void A_provider_stays_out_where_it_breaks_a_consumer_that_runs_there()
    {
        var kept = Decide(Api("shop-api-7", Verified("sha256:a")), Front);
        Assert.False(kept.Blocks);
        var broken = Decide(Api("shop-api-8", Verified("sha256:a", "$.price: expected a number, was \"2\"")), Front);
        Assert.True(broken.Blocks);
        Assert.Contains("shop-api-8 breaks shop-front-4: shop-front, `a list of items`: $.price: expected a number", broken.Says);
    }

    [Fact]
    public void What_was_never_verified_is_not_known_to_be_kept()
    {
        var decision = Decide(Api("shop-api-7", Verified("sha256:other")), Front);
        Assert.True(decision.Blocks);
        Assert.Equal(ContractState.Unverified, Assert.Single(decision.Rows).State);
    }

    [Fact]
    public void A_consumer_stays_out_where_the_provider_that_runs_there_does_not_give_what_it_expects()
    {
        Assert.True(Decide(Front, Api("shop-api-7")).Blocks);
        Assert.False(Decide(Front, Api("shop-api-7", Verified("sha256:a"))).Blocks);
        Assert.False(Decide(Front, new ContractSide("mail", "mail-1", [], [])).Blocks);
    }

    [Fact]
    public void The_newest_verification_of_a_contract_counts() => Assert.False(Decide(
        Api("shop-api-7", Verified("sha256:a", "broken"), Verified("sha256:a")), Front).Blocks);

    [Fact]
    public void Where_contracts_are_required_none_is_not_enough_and_where_they_are_off_they_decide_nothing()
    {
        Assert.True(ContractGate.Decide(ContractRule.Required, "production", Api("shop-api-7"), []).Blocks);
        Assert.False(ContractGate.Decide(ContractRule.Off, "production", Api("shop-api-7"), [Front]).Blocks);
    }

    private static ContractDecision Decide(ContractSide candidate, params ContractSide[] others) =>
        ContractGate.Decide(ContractRule.Known, "production", candidate, [.. others]);

    private static ContractSide Api(string release, params PactVerified[] verified) => new("shop-api", release, [], [.. verified]);

    private static PactVerified Verified(string digest, params string[] problems) =>
        new("shop-front", "shop-front-4", digest, false, null, [new("a list of items", [.. problems])]);
}

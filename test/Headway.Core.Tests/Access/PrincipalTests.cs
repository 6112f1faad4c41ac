using Headway.Core.Access;
using Xunit;

namespace Headway.Core.Tests.Access;

public sealed class PrincipalTests
{
    [Theory]
    [InlineData(Act.Deploy, "shop-web", "staging", true)]
    [InlineData(Act.Deploy, "shop-web", "production", false)]
    [InlineData(Act.Deploy, "pay", "staging", false)]
    [InlineData(Act.Approve, "shop-web", "staging", false)]
    [InlineData(Act.Deploy, Grant.Any, "staging", false)]
    public void A_grant_is_for_its_services_and_environments_and_for_what_its_role_includes(Act act, string service, string environment, bool may)
    {
        var ann = new Principal("ann", PrincipalKind.Person, [], [], [new(Role.Deployer, "shop-*", "staging")]);
        Assert.Equal(may, ann.May(act, service, environment));
        Assert.Equal(may, ann.WhyNot(act, service, environment) is null);
    }

    [Fact]
    public void A_refusal_says_what_role_it_takes_and_what_there_is()
    {
        var ann = new Principal("ann", PrincipalKind.Person, [], [], [new(Role.Approver, "shop", Grant.Any)]);
        Assert.Equal("ann may not deploy shop in production: that takes the role `deployer` or `operator` or `admin`, "
            + "and ann has approver of shop/*.", ann.WhyNot(Act.Deploy, "shop", "production")!.Says);
    }
}

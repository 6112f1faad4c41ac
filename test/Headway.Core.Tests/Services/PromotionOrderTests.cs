using System.Collections.Immutable;
using Headway.Core.Services;
using Xunit;

namespace Headway.Core.Tests.Services;

public sealed class PromotionOrderTests
{
    [Fact]
    public void One_comes_after_the_other_unless_it_is_said_otherwise()
    {
        ImmutableArray<EnvironmentSpec> regions =
        [
            Of("staging"), Of("eu"), Of("us") with { After = ["eu"] }, Of("asia") with { After = ["eu"] },
            Of("rest") with { After = ["us", "asia"] }, Of("lab") with { After = [] },
        ];
        Assert.Equal(["", "staging", "eu", "eu", "us asia", ""], regions.Select(each => string.Join(' ', PromotionOrder.Before(regions, each.Name))));
        Assert.Equal(["us", "asia"], PromotionOrder.After(regions, "eu"));
        Assert.Equal(["rest"], PromotionOrder.After(regions, "asia"));
        Assert.Empty(PromotionOrder.After(regions, "rest"));
        Assert.Empty(PromotionOrder.Before(regions, "moon"));
    }

    private static EnvironmentSpec Of(string name) => new(name, [], null, 50, OnInconclusive.Ask, TimeSpan.Zero, 0, null, null,
        ImmutableSortedDictionary<string, string>.Empty);
}

using Headway.Node.Gateway.Counting;
using Headway.Node.Gateway.Forwarding;
using Headway.Node.Gateway.Routing;
using Xunit;

namespace Headway.Node.Tests.Gateway;

public sealed class NamesTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("", "/")]
    [InlineData("/orders/123/items/9", "/orders/{id}/items/{id}")]
    [InlineData("/u/3f2a9c10-11aa-4bbb-8ccc-0123456789ab", "/u/{id}")]
    [InlineData("/blob/deadbeef01", "/blob/{id}")]
    [InlineData("/decade/feedbacks", "/decade/feedbacks")]
    [InlineData("/v1/add", "/v1/add")]
    public void Identities_are_taken_out_of_paths(string path, string name)
    {
        var names = new RouteNames();
        Assert.Equal($"GET {name}", names.NameOf(names.Of("GET", path)));
    }

    [Fact]
    public void Paths_of_one_template_are_one_route()
    {
        var names = new RouteNames();
        Assert.Equal(names.Of("GET", "/orders/1/items"), names.Of("GET", "/orders/234/items"));
        Assert.NotEqual(names.Of("GET", "/orders/1/items"), names.Of("GET", "/orders/1/prices"));
    }

    [Fact]
    public void Methods_are_told_apart_and_strange_ones_are_one()
    {
        var names = new RouteNames();
        Assert.NotEqual(names.Of("GET", "/orders"), names.Of("POST", "/orders"));
        Assert.Equal("OTHER /orders", names.NameOf(names.Of("BREW", "/orders")));
        Assert.Equal(names.Of("BREW", "/orders"), names.Of("WHEN", "/orders"));
    }

    [Fact]
    public void A_flood_of_strange_paths_takes_no_more_than_its_room_and_makes_way_again()
    {
        var names = new RouteNames();
        for (var i = 0; i < 10_000; i++) names.Of("GET", "/busy");
        for (var i = 0; i < 5000; i++) names.Of("GET", $"/x{i}y");
        Assert.Equal("*", names.NameOf(names.Of("GET", "/late")));
        names.MakeRoom();
        Assert.Equal("GET /late", names.NameOf(names.Of("GET", "/late")));
        Assert.Equal("GET /busy", names.NameOf(names.Of("GET", "/busy")));
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true)]
    [InlineData("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-later", true)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-later", false)]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false)]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false)]
    [InlineData("00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false)]
    [InlineData("garbage", false)]
    [InlineData(null, false)]
    public void A_traceparent_is_checked(string? parent, bool valid) => Assert.Equal(valid, Tracing.IsValid(parent));

    [Fact]
    public void A_hash_is_the_same_in_every_gateway_and_release_of_it()
    {
        Assert.Equal(Client.HashOf("user-1", 1), Client.HashOf(string.Concat("user", "-1"), 1));
        Assert.Equal(10461046035983443035UL, Client.HashOf("user-1", 1));
    }
}

using System.Text.Json;
using Xunit;

namespace Headway.Cli.Tests.Explanations;

public sealed class ReplayTests
{
    [Fact]
    public async Task Past_rollouts_are_judged_again_and_summed_up()
    {
        await using var shop = await PastShop.OpenAsync();

        var same = await shop.Headway("replay", "--since", "2h");
        Assert.True(same.ExitCode == 0, same.Error);
        Assert.Contains("agrees, in the same second", same.Out);
        Assert.Contains("1 rollouts: 1 agree, 0 would have been taken back, 0 would not have", same.Out);
        Assert.Contains("after a rollback of then there is no evidence", same.Out);

        var never = await shop.Headway("replay", "--rollout", PastShop.Rollout, "--alpha", "1e-30", "--json");
        var answer = JsonSerializer.Deserialize<JsonElement>(never.Out);
        Assert.Equal(1, answer.GetProperty("sum").GetProperty("WouldNotHave").GetInt32());
    }

    [Fact]
    public async Task Another_specification_is_read_by_the_server_and_its_mistakes_are_told()
    {
        await using var shop = await PastShop.OpenAsync();
        using var folder = new Folder();
        var wrong = folder.Write("headway.yaml", "service: shop\nrun: { comand: ./run }\n");

        var ran = await shop.Headway("replay", "--rollout", PastShop.Rollout, "--spec", wrong);

        Assert.Equal(2, ran.ExitCode);
        Assert.Contains("Did you mean `command`?", ran.Error);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("-1d")]
    [InlineData("14")]
    public async Task A_time_that_is_none_is_a_mistake_of_the_command_line(string since)
    {
        await using var shop = await PastShop.OpenAsync();
        var ran = await shop.Headway("replay", "--since", since);
        Assert.Equal(2, ran.ExitCode);
        Assert.Contains("is no time", ran.Error);
    }

    [Fact]
    public async Task A_lane_is_calibrated_from_its_own_evidence()
    {
        await using var shop = await PastShop.OpenAsync();

        var ran = await shop.Headway("judge", "calibrate", "shop", "--runs", "300");

        Assert.True(ran.ExitCode == 0, ran.Out + ran.Error);
        Assert.Contains("shop/production: 400 seconds of stable alone", ran.Out);
        Assert.Contains("The request unit would be safe here", ran.Out);

        var nothing = await shop.Headway("judge", "calibrate", "cart", "--runs", "300");
        Assert.Equal(1, nothing.ExitCode);
        Assert.Contains("Too little is known: 0 seconds", nothing.Out);
    }
}

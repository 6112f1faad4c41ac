using Headway.Cli.Demo;
using Headway.Server.Specs;
using Xunit;

namespace Headway.Cli.Tests.Demo;

public sealed class DemoRepositoryTests
{
    [Fact]
    public async Task Three_commits_of_the_shop_are_pushed_and_each_has_a_right_specification()
    {
        using var folder = new Folder();
        var repository = await DemoRepository.MakeAsync(folder.Path, new(1, 20001, 20002, []), CancellationToken.None);

        for (var number = 1; number <= DemoRepository.Count; number++)
        {
            await repository.PushAsync(number, CancellationToken.None);
            var reading = SpecReader.Read("headway.yaml", folder.Read("shop/headway.yaml"));
            Assert.Equal("", reading.Says);
            Assert.Equal([20001, 20002], reading.Spec!.Environments.Select(environment => environment.Listen));
        }

        // With an id drawn at random the shop's own tests would see the bad change now and then.
        Assert.DoesNotMatch(@"Order\(Cart\.Parse\(""[^""]*""\)\)", folder.Read("shop/test/Shop.Tests/Program.cs"));
        Assert.Equal(
            ["A small shop", "Search the catalogue", "Lay orders on a shelf for pick-up"],
            folder.GitText("--git-dir", repository.Remote, "log", "--reverse", "--format=%s", "main").Split('\n'));
    }

    /// <summary>The third change is wrong for 2 of 26 orders and right for those that its own test tries.</summary>
    [Fact]
    public void The_bad_change_fails_about_8_of_100_orders()
    {
        const string letters = "ABCDEFGHJKLMNPQRSTUVWXYZ";
        var patch = File.ReadAllText(Path.Combine(
            Headway.Cli.Testing.SourceTree.Find(), "examples", "shop", "changes", "3-pick-up.patch"));

        Assert.Contains($"\"{letters}\"", patch);
        Assert.Contains("% 26]", patch);
        Assert.InRange((26.0 - letters.Length) / 26, 0.07, 0.09);
    }
}

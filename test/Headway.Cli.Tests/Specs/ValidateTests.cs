using System.Text.Json;
using Xunit;

namespace Headway.Cli.Tests.Specs;

public sealed class ValidateTests
{
    [Fact]
    public async Task A_right_file_is_told_in_a_sentence()
    {
        using var folder = new Folder();
        var file = folder.Write("headway.yaml", "service: shop\nrun: { command: ./x }\n");

        var ran = await Ran.Headway("validate", file);

        Assert.Equal(0, ran.ExitCode);
        Assert.Contains("is right: service shop, job package, released to production by canary (5%, 25%, 50%).",
            ran.Out);
    }

    [Fact]
    public async Task A_wrong_file_is_told_with_places_and_exit_code_1()
    {
        using var folder = new Folder();
        var file = folder.Write("headway.yaml", "service: shop\nrun: { comand: ./x }\n");

        var ran = await Ran.Headway("validate", file);

        Assert.Equal(1, ran.ExitCode);
        Assert.Contains($"{file}:2:8: unknown key `comand` in `run`. Did you mean `command`?", ran.Out);
    }

    [Fact]
    public async Task With_json_the_problems_are_data()
    {
        using var folder = new Folder();
        folder.Write("headway.yaml", "service: shop\nrun: { comand: ./x }\n");

        var ran = await Ran.Headway("validate", folder.Path, "--json");

        var root = JsonDocument.Parse(ran.Out).RootElement;
        Assert.False(root.GetProperty("valid").GetBoolean());
        Assert.Equal("command", root.GetProperty("problems")[1].GetProperty("nearest").GetString());
    }

    [Fact]
    public async Task The_schema_is_printed_as_it_is_checked_in()
    {
        var ran = await Ran.Headway("validate", "--schema");

        Assert.Equal("headway.yaml", JsonDocument.Parse(ran.Out).RootElement.GetProperty("title").GetString());
    }

    [Fact]
    public async Task A_huge_file_is_refused_without_reading_it_whole()
    {
        using var folder = new Folder();
        var file = folder.Write("headway.yaml", new string('#', 10 << 20));

        var ran = await Ran.Headway("validate", file);

        Assert.Equal(1, ran.ExitCode);
        Assert.Contains("at most 256 KB", ran.Out);
    }
}

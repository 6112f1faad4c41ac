using System.CommandLine;
using System.Text.Json;
using Xunit;

namespace Headway.Cli.Tests.Terminal;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("valdate", "Did you mean `headway validate`?")]
    [InlineData("docter", "Did you mean `headway doctor`?")]
    [InlineData("frobnicate", "See `headway --help`.")]
    public async Task An_unknown_command_gets_the_nearest_one(string written, string next)
    {
        var ran = await Ran.Headway(written);

        Assert.Equal(2, ran.ExitCode);
        Assert.Equal("", ran.Out);
        Assert.Contains($"`headway` does not know `{written}`.", ran.Error);
        Assert.Contains(next, ran.Error);
    }

    [Fact]
    public async Task An_unknown_option_gets_the_nearest_one_also_where_a_file_could_stand()
    {
        var ran = await Ran.Headway("validate", "--shema");

        Assert.Equal(2, ran.ExitCode);
        Assert.Contains("Did you mean `headway validate --schema`?", ran.Error);
    }

    [Fact]
    public async Task A_group_of_commands_alone_tells_which_there_are()
    {
        var ran = await Ran.Headway("runs");

        Assert.Equal(2, ran.ExitCode);
        Assert.Contains("`headway runs` needs one more word: list, show, watch, cancel, restart.", ran.Error);
        Assert.Contains("`headway runs list`", ran.Error);
    }

    [Fact]
    public async Task With_json_a_failure_is_one_json_value_on_standard_output_too()
    {
        var ran = await Ran.Headway("validate", "no-such-file", "--json");

        Assert.Equal(4, ran.ExitCode);
        var error = JsonDocument.Parse(ran.Out).RootElement.GetProperty("error");
        Assert.Equal(4, error.GetProperty("exitCode").GetInt32());
        Assert.Contains("no-such-file", error.GetProperty("says").GetString());
        Assert.Equal("", ran.Error);
    }

    [Fact]
    public async Task Help_tells_the_exit_codes()
    {
        var ran = await Ran.Headway();

        Assert.Equal(0, ran.ExitCode);
        Assert.Contains("Exit codes:", ran.Out);
        Assert.Contains("  3    the server cannot be reached", ran.Out);
    }

    [Fact]
    public async Task Every_visible_command_has_a_description_and_answers_help()
    {
        foreach (var path in Paths(Program.Root(), []))
        {
            var ran = await Ran.Headway([.. path, "--help"]);
            Assert.True(ran.ExitCode == 0, string.Join(' ', path));
            Assert.Contains("Description:", ran.Out);
        }
    }

    [Fact]
    public async Task Nothing_is_coloured_where_no_terminal_is()
    {
        var ran = await Ran.Headway("doctor");

        Assert.DoesNotContain('\u001b', ran.Out);
        Assert.Contains("git version", ran.Out);
    }

    [Fact]
    public async Task Completion_offers_commands()
    {
        var ran = await Ran.Headway("[suggest:10]", "headway va");

        Assert.Contains("validate", ran.Out);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Completion_scripts_ask_headway_itself(string shell)
    {
        var ran = await Ran.Headway("completion", shell);

        Assert.Equal(0, ran.ExitCode);
        Assert.Contains("[suggest:", ran.Out);
    }

    private static IEnumerable<string[]> Paths(Command command, string[] path) =>
        command.Subcommands.Where(sub => !sub.Hidden)
            .SelectMany(sub => Paths(sub, [.. path, sub.Name]).Prepend([.. path, sub.Name]));
}

using Headway.Node.Instances;
using Xunit;

namespace Headway.Node.Tests.Instances;

public sealed class ShellCommandTests
{
    [Theory]
    [InlineData("./out/Checkout", true)]
    [InlineData("dotnet Shop.dll --urls \"http://127.0.0.1:$PORT\"", true)]
    [InlineData(" node server.js", true)]
    [InlineData("cd out && ./run", false)]
    [InlineData("MODE=fast ./run", false)]
    [InlineData("exec ./run", false)]
    [InlineData("exit 3", false)]
    [InlineData("./a | ./b", false)]
    [InlineData("./a `date`", false)]
    [InlineData("./a $(date)", false)]
    [InlineData("./a > file", false)]
    [InlineData("", false)]
    public void Only_a_command_that_just_starts_a_program_takes_the_shells_place(string command, bool takes) =>
        Assert.Equal(takes ? "exec " + command.Trim() : command, ShellCommand.InPlaceOfShell(command));
}

using System.CommandLine;

namespace Headway.Cli.Terminal;

/// <summary>`headway completion bash`: a script for the shell, which asks headway itself what may come next.</summary>
internal static class CompletionCommand
{
    private const string Bash =
        """
        _headway() {
            local IFS=$'\n' words
            words=$(headway "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)
            COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _headway headway
        """;

    private const string Zsh =
        """
        #compdef headway
        _headway() {
            local line="${words[*]}"
            compadd -- ${(f)"$(headway "[suggest:${#line}]" "$line" 2>/dev/null)"}
        }
        compdef _headway headway
        """;

    private const string Fish =
        """
        complete -c headway -f -a '(headway "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
        """;

    public static Command Build()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." }.AcceptOnlyFromAmong(
            "bash", "zsh", "fish");
        var command = new Command(
            "completion", "Print the completion script of a shell: `source <(headway completion bash)`.")
        {
            shell,
        };
        command.SetAction(result => result.InvocationConfiguration.Output.WriteLine(result.GetValue(shell) switch
        {
            "zsh" => Zsh,
            "fish" => Fish,
            _ => Bash,
        }));
        return command;
    }
}

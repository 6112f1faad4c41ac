namespace Headway.Cli;

/// <summary>Ends a command with an exit code, what is wrong, and what to do about it.</summary>
internal sealed class CliException(int exitCode, string says, string? next = null) : Exception(says)
{
    public int ExitCode { get; } = exitCode;
    public string? Next { get; } = next;
}

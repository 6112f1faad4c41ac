using System.Text.RegularExpressions;

namespace Headway.Node.Instances;

/// <summary>
/// Commands are read by `/bin/sh`. One that only starts a program takes the shell's place, so that signals, memory and
/// the reported process are the program's own; anything more (`a &amp;&amp; b`, `X=1 a`) keeps its shell.
/// </summary>
internal static partial class ShellCommand
{
    private static readonly HashSet<string> Builtins =
    [
        ".", ":", "alias", "bg", "break", "cd", "command", "continue", "eval", "exec", "exit", "export", "fg",
        "getopts", "hash", "if", "for", "while", "until", "case", "jobs", "local", "read", "readonly", "return", "set", "shift",
        "times", "trap", "type", "ulimit", "umask", "unalias", "unset", "wait",
    ];

    public static string InPlaceOfShell(string command) =>
        Simple().Match(command) is { Success: true } match && !Builtins.Contains(match.Groups[1].Value)
            ? $"exec {command.TrimStart()}" : command;

    [GeneratedRegex(@"\A\s*([A-Za-z0-9_./-]+)(?:[ \t][^;&|()<>`\n]*)?\z")]
    private static partial Regex Simple();
}

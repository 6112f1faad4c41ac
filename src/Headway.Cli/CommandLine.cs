using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Headway.Cli.Terminal;
using Headway.Core;
using Headway.Server.Specs;

namespace Headway.Cli;

/// <summary>Parses, runs, and turns everything that can go wrong into a sentence and an exit code.</summary>
internal static class CommandLine
{
    public static Task<int> RunAsync(RootCommand root, string[] args) =>
        RunAsync(root, args, Console.Out, Console.Error);

    public static async Task<int> RunAsync(RootCommand root, string[] args, TextWriter output, TextWriter error)
    {
        foreach (var option in new Option[] { Globals.Json, Globals.Server, Globals.TokenFile, Globals.Data })
            root.Options.Add(option);
        var parsed = root.Parse(args is [] ? ["--help"] : args);
        var screen = Screen.Of(parsed, output, error);
        // Help, version and completion answer whatever else is written.
        var asked = parsed.Action is ParseErrorAction || parsed.Action == parsed.CommandResult.Command.Action;
        var isStrict = parsed.CommandResult.Command.TreatUnmatchedTokensAsErrors;
        if (asked && isStrict && Stray(parsed) is { } stray) return Unknown(parsed, stray, screen);
        if (asked && parsed.Errors.Count > 0) return Usage(parsed, screen);
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false, Output = output, Error = error,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        };
        try
        {
            var code = await parsed.InvokeAsync(configuration);
            if (parsed.Action is HelpAction && parsed.CommandResult.Command is RootCommand)
                output.WriteLine(ExitCode.Table);
            return code;
        }
        catch (CliException wrong)
        {
            return screen.Fail(wrong.ExitCode, wrong.Message, wrong.Next);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            return screen.Fail(ExitCode.No, wrong.Message);
        }
        catch (Exception wrong)
        {
            return screen.Fail(ExitCode.Internal, $"headway made a mistake: {wrong}",
                "Please report it with the output of `headway version`.");
        }
    }

    /// <summary>A word that no command takes, or an unknown option that was taken for a file's name.</summary>
    private static string? Stray(ParseResult parsed) =>
        (parsed.UnmatchedTokens is [var unmatched, ..] ? unmatched : null)
        ?? parsed.CommandResult.Tokens.Select(token => token.Value)
            .FirstOrDefault(value => value.StartsWith("--", StringComparison.Ordinal) && value.Length > 2);

    private static int Unknown(ParseResult parsed, string written, Screen screen)
    {
        var command = parsed.CommandResult.Command;
        var path = string.Join(' ', PathOf(parsed.CommandResult));
        var known = written.StartsWith('-')
            ? command.Options.Concat(parsed.RootCommandResult.Command.Options.Where(option => option.Recursive))
                .Select(option => option.Name)
            : command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name);
        var nearest = NearestWord.To(written, known);
        return screen.Fail(ExitCode.Usage, $"`{path}` does not know `{written}`.",
            nearest is null ? $"See `{path} --help`." : $"Did you mean `{path} {nearest}`?");
    }

    private static int Usage(ParseResult parsed, Screen screen) =>
        parsed.CommandResult.Command is { Action: null, Subcommands.Count: > 0 } group && parsed.Errors.Count == 1
            ? Unfinished(parsed, group, screen) : Wrong(parsed, screen);

    /// <summary>`headway runs` alone: what may follow is the answer that is looked for.</summary>
    private static int Unfinished(ParseResult parsed, Command group, Screen screen)
    {
        var words = group.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name).ToArray();
        var path = string.Join(' ', PathOf(parsed.CommandResult));
        return screen.Fail(ExitCode.Usage, $"`{path}` needs one more word: {string.Join(", ", words)}.",
            $"See `{path} --help`, or begin with `{path} {words[0]}`.");
    }

    private static int Wrong(ParseResult parsed, Screen screen) => screen.Fail(
        ExitCode.Usage, string.Join(' ', parsed.Errors.Select(error => error.Message).Distinct()),
        $"See `{string.Join(' ', PathOf(parsed.CommandResult))} --help`.");

    private static List<string> PathOf(System.CommandLine.Parsing.CommandResult result)
    {
        var names = new List<string>();
        for (System.CommandLine.Parsing.SymbolResult? at = result; at is not null; at = at.Parent)
            if (at is System.CommandLine.Parsing.CommandResult command)
                names.Insert(0, command.Command is RootCommand ? "headway" : command.Command.Name);
        return names;
    }
}

using System.CommandLine;
using System.Text.Json;
using Headway.Core;
using Spectre.Console;

namespace Headway.Cli.Terminal;

/// <summary>
/// Where a command writes. People get text, in colours only on a terminal; with `--json` standard output holds one JSON
/// value, also when the command fails, and everything else goes to standard error.
/// </summary>
internal sealed class Screen
{
    private const int PlainWidth = 160;
    private readonly TextWriter _error;

    private Screen(bool json, bool terminal, TextWriter output, TextWriter error)
    {
        (Json, IsTerminal, Out, _error) = (json, terminal, output, error);
        Rich = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        if (!terminal) Rich.Profile.Width = PlainWidth;
    }

    public bool Json { get; }

    /// <summary>A person watches: colours, bars and redrawing make sense.</summary>
    public bool IsTerminal { get; }

    public TextWriter Out { get; }

    public IAnsiConsole Rich { get; }

    public static Screen Of(ParseResult result) =>
        Of(result, result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);

    public static Screen Of(ParseResult result, TextWriter output, TextWriter error)
    {
        var json = result.GetValue(Globals.Json);
        var terminal = !json && ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected
            && Globals.Variable("NO_COLOR") is null && Globals.Variable("TERM") is not "dumb";
        return new(json, terminal, output, error);
    }

    /// <summary>A line for people; with `--json` it goes to standard error.</summary>
    public void Line(string text = "") => (Json ? _error : Out).WriteLine(text);

    /// <summary>
    /// A line with Spectre's markup; interpolated values are taken literally. Plain where no terminal is.
    /// </summary>
    public void Styled(FormattableString markup)
    {
        if (IsTerminal) Rich.MarkupLineInterpolated(markup);
        else Line(Markup.Remove(string.Format(
            System.Globalization.CultureInfo.InvariantCulture, markup.Format,
            [.. markup.GetArguments().Select(value => (object)Markup.Escape($"{value}"))])));
    }

    /// <summary>A sentence of the story, in its colour where there are colours.</summary>
    public void Tell(string clock, Status.StoryLine line)
    {
        if (IsTerminal) Rich.MarkupLine($"[grey]{clock}[/]{line.Markup}");
        else Line(clock + line.Text);
    }

    /// <summary>Progress and remarks that are not the answer: always standard error.</summary>
    public void Note(string text) => _error.WriteLine(text);

    /// <summary>The answer: as JSON, or as the writing for people says.</summary>
    public void Answer<T>(T value, Action<T> forPeople)
    {
        if (Json) Out.WriteLine(JsonSerializer.Serialize(value, Wire.Indented));
        else forPeople(value);
    }

    public int Fail(int exitCode, string says, string? next = null)
    {
        if (Json)
        {
            var error = new { error = new { exitCode, says, next } };
            Out.WriteLine(JsonSerializer.Serialize(error, Wire.Indented));
            return exitCode;
        }
        _error.WriteLine($"headway: {says}");
        if (next is not null) _error.WriteLine($"  {next}");
        return exitCode;
    }
}
